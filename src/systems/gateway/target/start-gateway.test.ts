import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { RawClient } from '../../../../test/support/gateway/raw-client.ts'
import { readStats, startTestGateway } from '../../../../test/support/gateway/start-test-gateway.ts'
import { tinyDataset } from '../../../../test/support/gateway/tiny-dataset.ts'
import type { RunningTarget } from '../../../core/system.ts'
import { type DialectName, dialectNames, type ServerMessage } from '../wire/dialect.ts'
import { parseResultFile, resultFileNames } from '../wire/index.ts'
import { queries, type ResultPart } from '../wire/results.ts'
import type { Batch } from '../wire/rows.ts'

const nothingHeld = { sessions: 0, connections: 0, consumers: 0, queues: 0, buffers: 0, clientsHeldByWorkers: 0 }

describe.each(dialectNames)('the gateway in the %s dialect', (dialect) => {
  let target: RunningTarget
  beforeEach(async () => {
    target = await startTestGateway({ dialect })
    return () => target.stop()
  })

  it('answers the four queries', async () => {
    const rows = rowsOf(await uploadAndRead(target, dialect, tinyDataset))
    expect(rows).toMatchObject({
      q1: [
        { transactionId: 't1', finalAmount: 75 },
        { transactionId: 't2', finalAmount: 80 },
      ],
      q2: [
        { month: '2024-05', metric: 'quantity', itemName: 'Latte', value: 3 },
        { month: '2024-05', metric: 'profit', itemName: 'Latte', value: 75 },
      ],
      q3: [{ half: '2024-H1', storeName: 'Shop', total: 155 }],
      q4: [{ storeName: 'Shop', birthdate: '1971-01-01' }],
    })
  })

  it('counts no other years, for amounts and totals no night, and for users nobody anonymous', async () => {
    const times = [
      '2023-12-31T23:59:59',
      '2024-01-01T05:59:59',
      '2025-12-31T23:00:00',
      '2025-12-31T23:00:01',
      '2026-01-01T06:00:00',
    ]
    const rows = times.map((time, i) => {
      const base = (tinyDataset[3] as Extract<Batch, { kind: 'transactions' }>).rows[0]
      return { ...base, transactionId: `t${i}`, createdAtS: Date.parse(`${time}Z`) / 1000, userId: i === 3 ? 0 : 7 }
    }) as Extract<Batch, { kind: 'transactions' }>['rows']
    const batches = tinyDataset.map((batch) => (batch.kind === 'transactions' ? { ...batch, rows } : batch))
    expect(rowsOf(await uploadAndRead(target, dialect, batches))).toMatchObject({
      q1: [{ transactionId: 't2' }],
      q3: [{ half: '2025-H2', total: 75 }],
      q4: [{ birthdate: '1971-01-01', ...(dialect === 'acknowledged' && { purchases: 2 }) }],
    })
  })

  it('answers each query of an upload without rows, with an empty result', async () => {
    const parts = await uploadAndRead(target, dialect, [])
    expect(rowsOf(parts)).toEqual({ q1: [], q2: [], q3: [], q4: [] })
    expect(new Set(parts.map((part) => part.query)).size).toBe(4)
  })

  it('holds nothing when its clients are gone, whether they finished, left within a frame or broke the rules', async () => {
    const clients = Array.from({ length: 12 }, () => new RawClient(target.url, dialect))
    await Promise.all(clients.slice(0, 4).map((client) => client.finishUpload(tinyDataset)))
    for (const client of clients.slice(4)) client.send(...tinyDataset)
    for (const client of clients.slice(4, 8)) client.socket.end(Buffer.from([0, 0]))
    for (const client of clients.slice(8)) client.socket.write(Buffer.from('ffffffff000000ff00', 'hex'))
    await Promise.all(clients.slice(4, 8).map((client) => client.closed))
    for (const client of clients.slice(8)) client.socket.destroy()
    await vi.waitFor(async () => {
      expect(await readStats(target)).toMatchObject({ ...nothingHeld, sessionsCreated: 12, sessionsCompleted: 4 })
    }, 5000)
  })

  it('tells a client of a malformed frame and closes its connection alone', async () => {
    const [neighbour, culprit] = [new RawClient(target.url, dialect), new RawClient(target.url, dialect)]
    neighbour.send(...tinyDataset.slice(0, 2))
    culprit.send(...tinyDataset.slice(0, 2))
    culprit.socket.write(malformed[dialect])
    await culprit.received(isRefused)
    culprit.socket.end()
    await culprit.closed
    neighbour.socket.destroy()
    expect(rowsOf(await uploadAndRead(target, dialect, tinyDataset)).q1).toHaveLength(2)
  })

  it('tells a client that is too slow to send, and closes its connection', async () => {
    await target.stop()
    target = await startTestGateway({ dialect, idleLimit: '100ms' })
    const client = new RawClient(target.url, dialect)
    client.send(...tinyDataset.slice(0, 1))
    await client.received(isRefused)
    client.socket.end()
    await client.closed
  })

  it('has no room for more clients than its limit, until one leaves', async () => {
    await target.stop()
    target = await startTestGateway({ dialect, maxClients: 1 })
    const first = new RawClient(target.url, dialect)
    await vi.waitFor(async () => expect(await readStats(target)).toMatchObject({ connections: 1 }))
    const second = new RawClient(target.url, dialect)
    second.send(...tinyDataset.slice(0, 1))
    await second.received(isRefused)
    first.socket.destroy()
    second.socket.destroy()
    await vi.waitFor(async () => expect(await readStats(target)).toMatchObject(nothingHeld))
    expect(rowsOf(await uploadAndRead(target, dialect, tinyDataset)).q1).toHaveLength(2)
  })

  it('tells its clients when it stops', async () => {
    const client = new RawClient(target.url, dialect)
    client.send(...tinyDataset.slice(0, 1))
    await vi.waitFor(async () => expect(await readStats(target)).toMatchObject({ queues: 1 }))
    client.socket.on('end', () => client.socket.end())
    await target.stop()
    await client.closed
    expect(client.messages.at(-1)).toMatchObject({ ok: false })
  })
})

it('writes the results that it has promised before it stops', async () => {
  const resultsDir = await mkdtemp(join(tmpdir(), 'mcsim-results-'))
  const target = await startTestGateway({ dialect: 'streamed', resultsDir })
  const client = new RawClient(target.url, 'streamed')
  await client.finishUpload(tinyDataset)
  await target.stop()
  expect(await readResults(client.messages, target)).toHaveLength(4)
  await rm(resultsDir, { recursive: true })
})

const isRefused = (messages: readonly ServerMessage[]) => messages.some((message) => 'ok' in message && !message.ok)

/** A batch whose only field reaches beyond it, and batches of a type that does not exist. */
const malformed: Readonly<Record<DialectName, Buffer>> = {
  acknowledged: Buffer.from('00000014000000010000000100000004ffffffff', 'hex'),
  streamed: Buffer.from('00000001ff', 'hex'),
  sequenced: Buffer.from('00000001ff00000000', 'hex'),
}

async function uploadAndRead(target: RunningTarget, dialect: DialectName, batches: readonly Batch[]) {
  const client = new RawClient(target.url, dialect)
  await client.finishUpload(batches)
  return readResults(client.messages, target)
}

/** The parts of the results, by whichever way the dialect brings them. */
async function readResults(messages: readonly ServerMessage[], { resultsDir = '' }: RunningTarget) {
  const parts: ResultPart[] = []
  for (const message of messages) {
    if (message.type === 'results') parts.push(message.part)
    if (message.type !== 'final') continue
    parts.push(...(message.results ?? (await readFiles(join(resultsDir, `session_${message.sessionId}`)))))
  }
  return parts
}

async function readFiles(folder: string): Promise<ResultPart[]> {
  await vi.waitFor(async () => expect(await readdir(folder)).toEqual(Object.values(resultFileNames)), 5000)
  return Promise.all(
    queries.map(async (query) => parseResultFile(query, await readFile(join(folder, resultFileNames[query]), 'utf8'))),
  )
}

function rowsOf(parts: readonly ResultPart[]) {
  const rows = queries.map((query) => {
    return [
      query,
      parts.filter((part) => part.query === query).flatMap((part): readonly object[] => part.rows),
    ] as const
  })
  return Object.fromEntries(rows) as Record<(typeof queries)[number], object[]>
}
