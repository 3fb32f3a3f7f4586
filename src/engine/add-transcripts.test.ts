import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Finding, Violation } from '../core/check.ts'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { addTranscripts } from './add-transcripts.ts'
import { openHistory } from './open-history.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mcsim-transcripts-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** Writes one history per thread, clients divided as in a run. */
async function writeHistories(events: readonly RunEvent[], threads: number) {
  const files = Array.from({ length: threads }, (_, thread) => join(dir, `${thread}.bin`))
  for (const [thread, file] of files.entries()) {
    const history = await openHistory(file, { runId: 'r', thread })
    for (const event of events) if (event.client % threads === thread) history.observe(event)
    await history.close(null)
  }
  return files.map((historyFile) => ({ historyFile }))
}

const told = (client: number, atMs: number, value: string): RunEvent => ({
  type: 'delivery',
  client: client as ClientIndex,
  connection: 2,
  atMs,
  channel: 'news',
  value,
})
const opened: RunEvent = { type: 'opened', client: 1 as ClientIndex, connection: 2, atMs: 0, role: 'stream', epoch: 0 }

const finding = (more: Partial<Violation>): Finding => ({
  violation: {
    invariant: 'ownership',
    kind: 'isolation',
    class: 'foreign',
    recipient: 1 as ClientIndex,
    owner: 4 as ClientIndex,
    atMs: 50,
    connection: 2,
    message: 'a leak',
    ...more,
  },
  count: 1,
  firstMs: 50,
  lastMs: 50,
  invariants: { ownership: 1 },
  recipients: [1 as ClientIndex],
  owners: [4 as ClientIndex],
  examples: [],
})

const everybody = [1, 4, 6].flatMap((client) =>
  Array.from({ length: 200 }, (_, i) => told(client, i / 2, `${client}/${i}`)),
)
const valuesOf = ({ transcript = [] }: Finding) =>
  transcript.map((event) => ('value' in event ? event.value : event.type))

it.each([1, 2, 3])(
  'recipient and owner are shown on one time line, out of the histories of %i threads',
  async (threads) => {
    const [shown] = await addTranscripts([finding({})], await writeHistories([opened, ...everybody], threads))
    expect(shown?.role).toBe('stream')
    const around = [96, 97, 98, 99, 100, 101, 102, 103]
    expect(valuesOf(shown as Finding)).toEqual(around.flatMap((i) => [`1/${i}`, `4/${i}`]))
  },
)

it('of a chunk that brought very much the beginning is shown, and what came before it', async () => {
  const flood = Array.from({ length: 50 }, (_, i) => told(1, 50, `flood ${i}`))
  const files = await writeHistories([told(1, 40, 'before'), ...flood, told(1, 60, 'after')], 1)
  const [shown] = await addTranscripts([finding({})], files)
  expect(valuesOf(shown as Finding)).toEqual(['before', 'flood 0', 'flood 1', 'flood 2', 'flood 3', 'after'])
})

it('of many suspects two are shown', async () => {
  const suspects = [6, 4, 7, 8].map((client) => client as ClientIndex)
  const { owner, ...unowned } = finding({ cause: { clients: suspects, proof: 'suspected', message: '' } }).violation
  const [shown] = await addTranscripts([{ ...finding({}), violation: unowned }], await writeHistories(everybody, 1))
  expect(new Set(shown?.transcript?.map(({ client }) => client))).toEqual(new Set([1, 4, 6]))
})

it('a finding of a whole server has none, nor have those beyond the first few', async () => {
  const files = await writeHistories(everybody, 1)
  const findings = [finding({ connection: 0, atMs: 0 }), ...Array.from({ length: 30 }, () => finding({}))]
  const shown = await addTranscripts(findings, files)
  expect(shown).toHaveLength(31)
  expect(shown.filter(({ transcript }) => transcript !== undefined)).toHaveLength(19)
  expect(shown[0]?.transcript).toBeUndefined()
})

it('without findings no history is read', async () => {
  expect(await addTranscripts([], [{ historyFile: '/nowhere/at/all' }])).toEqual([])
})
