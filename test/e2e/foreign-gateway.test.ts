import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveRunKey, markerMagicOffset, readMarker } from '../../src/core/marker.ts'
import type { RunReport } from '../../src/core/report.ts'
import type { Line } from '../support/foreign-gateway/answer-queries.ts'
import type { Upload } from '../support/foreign-gateway/read-batch.ts'
import {
  formatLine,
  type Session,
  startForeignGateway,
  type Variant,
} from '../support/foreign-gateway/start-foreign-gateway.ts'
import { runBin } from '../support/run-bin.ts'

/*
 * The product is made for servers that we have not written. These here are written from the description of the
 * protocol alone and share no code with `src/`; the last client to end is the one to whom they leak.
 */
const clients = 3

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcsim-foreign-'))
})
afterAll(() => rm(cwd, { recursive: true }))

/** Runs `mcsim gateway` against the server; `sessions` are those that uploaded, in the order in which they ended. */
async function drive(variant: Variant) {
  const sessions: Session[] = []
  const count: Variant['count'] = (session, ended) => {
    sessions.push(session)
    return variant.count?.(session, ended) ?? session.upload
  }
  const server = await startForeignGateway(clients, { ...variant, count })
  const size = ['--clients', String(clients), '--rows', '200', '--batch-rows', '40']
  const out = await mkdtemp(join(cwd, 'run-'))
  const target = ['--target', `tcp://127.0.0.1:${server.port}`, '--json', '--out', join(out, 'report')]
  const { exitCode, stdout, stderr } = await runBin(['gateway', ...target, ...size], cwd)
  await server.stop()
  expect(stdout, stderr).not.toBe('')
  const report = JSON.parse(stdout) as RunReport
  const key = deriveRunKey(report.runId)
  const clientOf = (session: Session | undefined) => {
    const id = session?.upload.transactions[0]?.[0]?.id ?? ''
    return readMarker(key, Buffer.from(id), markerMagicOffset)?.owner
  }
  return { exitCode, report, clients: sessions.map(clientOf) }
}

/** Every row of Q1 in a line of its own, with the amount as text. */
const splitAmounts = (line: Line): Line | Line[] =>
  line.type === 'AMOUNT_FILTER_TRANSACTIONS'
    ? (line.results ?? []).map((row) => ({
        ...line,
        results: [{ ...row, final_amount: Number(row.final_amount).toFixed(6) }],
      }))
    : line

const correct: Record<string, Variant> = {
  'answers as the description says': {},
  'sends EOF first, the results in another order and the keys of each line, too': {
    send(lines, socket) {
      const turned = lines.map((line) => Object.fromEntries(Object.entries(line).reverse()) as Line).reverse()
      socket.write([{ type: 'EOF' }, ...turned].map(formatLine).join(''))
    },
  },
  'is older: lower case, no id, and the number of rows apart': {
    send(lines, socket) {
      const older = lines.map(({ type, results }) => ({ type: type.toLowerCase(), results: results ?? [] }))
      const summary = { type: 'amount_filter_summary', results_count: older[0]?.results.length }
      socket.write([...older, summary, { type: 'eof' }].map(formatLine).join(''))
    },
  },
  'sends amounts as text, every Q1 row in a line of its own, and closes behind the last': {
    answer: (lines) => lines.flatMap(splitAmounts),
    send: (lines, socket) => void socket.end(lines.map(formatLine).join('')),
  },
  'takes its time, and sends a few bytes at once': {
    async send(lines, socket) {
      const bytes = Buffer.from([...lines, { type: 'EOF' }].map(formatLine).join('\r\n'))
      for (let at = 0; at < bytes.length; at += 700) {
        socket.write(bytes.subarray(at, at + 700))
        await delay(1)
      }
    },
  },
}

describe('a correct gateway of somebody else passes that', () => {
  it.each(Object.entries(correct))('%s', async (_name, variant) => {
    const { exitCode, report } = await drive(variant)
    expect(report.findings).toEqual([])
    expect([report.verdict, exitCode]).toEqual(['pass', 0])
    expect(report.coverage.answersCompared).toBeGreaterThan(100)
  })
})

/** Only the last session gets another's data: those of the first. */
const toLast =
  <T>(leak: (session: Session, first: Session) => T) =>
  (session: Session, sessions: readonly Session[]): T | undefined =>
    session === sessions.at(-1) ? leak(session, sessions[0] as Session) : undefined

const counting = (change: (own: Upload, first: Upload) => Partial<Upload>): Variant => {
  const leak = toLast(({ upload }, first) => ({ ...upload, ...change(upload, first.upload) }))
  return { count: (session, sessions) => leak(session, sessions) ?? session.upload }
}

const answering = (change: (lines: Line[], first: Session) => Line[]): Variant => ({
  answer: (lines, session, sessions) => toLast((_own, first) => change(lines, first))(session, sessions) ?? lines,
})

const firstRow = ({ upload }: Session) => ({
  transaction_id: upload.transactions[0]?.[0]?.id,
  final_amount: upload.transactions[0]?.[0]?.amount,
})

const leaking: Record<string, Variant> = {
  'one row of another in Q1': answering((lines, first) =>
    lines.map((line, i) => (i === 0 ? { ...line, results: [...(line.results ?? []), firstRow(first)] } : line)),
  ),
  "one batch of another's transactions in the totals and counts": counting((own, first) => ({
    transactions: [...own.transactions, ...first.transactions.slice(1, 2)],
  })),
  "the names of another's menu": counting((_own, first) => ({ itemNames: first.itemNames })),
  "another's birthdates": counting((_own, first) => ({ birthdates: first.birthdates })),
  "another's id on one line": answering((lines, first) =>
    lines.map((line) => (line.type === 'TPV_SUMMARY' ? { ...line, client_id: first.id } : line)),
  ),
}

describe('a gateway of somebody else fails, with the owner and the recipient, that sends', () => {
  it.each(Object.entries(leaking))('%s', async (_name, variant) => {
    const { exitCode, report, clients: order } = await drive(variant)
    expect([report.verdict, exitCode]).toEqual(['fail', 1])
    expect(new Set(report.findings.flatMap(({ recipients }) => recipients))).toEqual(new Set([order.at(-1)]))
    expect(new Set(report.findings.flatMap(({ owners }) => owners))).toEqual(new Set([order[0]]))
  })
})

const wrong: Record<string, Variant> = {
  'loses a batch': counting((own) => ({ items: own.items.slice(1) })),
  'counts a batch twice': counting((own) => ({ transactions: [...own.transactions, ...own.transactions.slice(0, 1)] })),
  'answers one query twice': answering((lines) => [...lines, ...lines.slice(-1)]),
}

describe('a gateway of somebody else fails that', () => {
  it.each(Object.entries(wrong))('%s', async (_name, variant) => {
    const { exitCode, report, clients: order } = await drive(variant)
    expect([report.verdict, exitCode]).toEqual(['fail', 1])
    expect(new Set(report.findings.flatMap(({ recipients }) => recipients))).toEqual(new Set([order.at(-1)]))
  })

  it('sends a line to the witness, too', async () => {
    const send: Variant['send'] = (lines, socket, all) => {
      const text = [...lines, { type: 'EOF' }].map(formatLine).join('')
      socket.write(text)
      for (const { socket: other, upload } of all) if (upload.storeNames.size === 0) other.write(text)
    }
    const { exitCode, report } = await drive({ send })
    expect([report.verdict, exitCode]).toEqual(['fail', 1])
    expect(report.findings.flatMap(({ recipients }) => recipients)).toEqual([clients])
  })
})
