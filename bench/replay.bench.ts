import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Benchmark, type Measurement, median } from './benchmark.ts'
import type { StreamResult, StreamRound } from './replay/stream-round.ts'
import { runMcsim } from './run-mcsim.ts'
import { startReference } from './start-reference.ts'

const viewers = 100
const periodMs = 400
const rounds = 10

const kinds = ['counting', 'reading', 'parsing', 'checked'] as const
type Cost = Readonly<Record<(typeof kinds)[number], number>>

/**
 * The same server streams to as many viewers at the same pace, alternately to sockets of bare `ws` that count, to such that
 * read each message as mcsim reads it, or with `JSON.parse`, and to the viewers of mcsim with all that checks them. Server and
 * each kind are processes of their own; what counts is user and system time of the whole process for each snapshot, while all
 * watch. The first round warms up. No message waits for another: each costs its own wakening. What else the machine does only
 * ever adds to the cost, and much at times, so that of each kind the cheaper rounds count: the lower quartile.
 */
async function compareStreams(): Promise<Measurement> {
  const server = await startReference('replay', ['--period', `${periodMs}ms`])
  const processes = kinds.map(startViewers)
  const costs: Cost[] = []
  for (let round = 0; round <= rounds; round++) {
    const us: [string, number][] = []
    for (const [i, viewers] of processes.entries()) us.push([kinds[i] as string, await watch(viewers, server.url)])
    if (round > 0) costs.push(Object.fromEntries(us) as Cost)
  }
  for (const viewers of processes) viewers.disconnect()
  await server.stop()
  return describeCosts(costs)
}

const startViewers = (kind: string): ChildProcess => fork(new URL(`./replay/watch-${kind}.js`, import.meta.url))

/** CPU time of one snapshot, in microseconds. */
async function watch(process: ChildProcess, url: string): Promise<number> {
  process.send({ url, viewers, periodMs } satisfies StreamRound)
  const [{ cpuMs, snapshots }] = (await once(process, 'message')) as [StreamResult]
  return (cpuMs * 1000) / snapshots
}

function describeCosts(costs: readonly Cost[]): Measurement {
  const quartiles = kinds.map((kind) => [kind, lowerQuartile(costs.map((cost) => cost[kind]))])
  const cost = Object.fromEntries(quartiles) as Cost
  const { counting, reading, parsing, checked } = cost
  const notes = [
    `µs of CPU: ${kinds.map((kind) => `${cost[kind].toFixed(1)} ${kind}`).join(', ')}`,
    `reading JSON takes ${((reading - counting) / counting).toFixed(2)} × (JSON.parse ${((parsing - counting) / counting).toFixed(2)} ×)`,
    `with it ${(checked / counting).toFixed(2)} ×, ${(checked / parsing).toFixed(2)} × bare ws that parses`,
    `${costs.length} rounds, one by one in the median ${median(costs.map(besidesReading)).toFixed(2)} ×; floor 1.3`,
  ]
  return { value: besidesReading(cost), note: notes.join('; ') }
}

const besidesReading = ({ counting, reading, checked }: Cost) => (checked - (reading - counting)) / counting

const lowerQuartile = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN

const many = 10_000

/** `mcsim run` as a user runs it, main thread and load thread together; its server is another process. */
async function watchMany(): Promise<Measurement> {
  const scenario = new URL('../../scenarios/replay-10000.yaml', import.meta.url).pathname
  const { verdict, durationMs, coverage, health, findings, reasons } = await runMcsim(['run', scenario])
  const wrong = findings.reduce((sum, { count }) => sum + count, 0)
  const notes = [
    `floor 300; ${(health.peakRssBytes / 1024 / many).toFixed(0)} KB a viewer`,
    `${verdict}${reasons.map((reason) => `, ${reason}`).join('')}`,
    `${wrong} violations in ${coverage.decidableDeliveries} snapshots`,
    `arrivals late by ${Math.round(health.latenessP99Ms)} ms (p99), loop delayed by ${Math.round(health.loopDelayP99Ms)} ms`,
    `${Math.round(durationMs / 1000)} s`,
  ]
  return { value: health.peakRssBytes / 2 ** 20, note: notes.join('; ') }
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'replay: a snapshot with all checks, without reading JSON ÷ bare ws that counts',
    unit: '×',
    aim: { atMost: 1.15 },
    run: compareStreams,
  },
  { name: 'replay: 10 000 viewers in one run, peak memory', unit: 'MB', aim: { atMost: 200 }, run: watchMany },
]
