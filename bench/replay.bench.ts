import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Benchmark, type Measurement, median } from './benchmark.ts'
import type { StreamResult, StreamRound } from './replay/stream-round.ts'
import { startReference } from './start-reference.ts'

const viewers = 100
const periodMs = 400
const rounds = 6

const kinds = ['counting', 'parsing', 'checked'] as const
type Cost = Readonly<Record<(typeof kinds)[number], number>>

/**
 * The same server streams to as many viewers at the same pace, alternately to sockets of bare `ws` that count, to such that
 * parse each message as JSON as well, and to the viewers of mcsim with all that checks them. Server and each kind are
 * processes of their own; what counts is user and system time of the whole process for each snapshot, while all watch. The
 * first round warms up. No message waits for another: each costs its own wakening.
 */
async function compareStreams(): Promise<Measurement> {
  const server = await startReference('replay', ['--period', `${periodMs}ms`])
  const processes = kinds.map(startViewers)
  const costs: Cost[] = []
  for (let round = 0; round <= rounds; round++) {
    const us: number[] = []
    for (const viewers of processes) us.push(await watch(viewers, server.url))
    const [counting = Number.NaN, parsing = Number.NaN, checked = Number.NaN] = us
    if (round > 0) costs.push({ counting, parsing, checked })
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
  const ratioOf = (ratio: (cost: Cost) => number) => {
    const ratios = costs.map(ratio).sort((a, b) => a - b)
    return { middle: median(ratios), spread: `${ratios[0]?.toFixed(2)}…${ratios.at(-1)?.toFixed(2)}` }
  }
  const besides = ratioOf(({ counting, parsing, checked }) => (checked - (parsing - counting)) / counting)
  const whole = ratioOf(({ counting, checked }) => checked / counting)
  const toParsing = ratioOf(({ parsing, checked }) => checked / parsing)
  const us = (kind: keyof Cost) => median(costs.map((cost) => cost[kind])).toFixed(1)
  const notes = [
    `µs of CPU: ${us('counting')} counting, ${us('parsing')} parsing, ${us('checked')} checked`,
    `with JSON ${whole.middle.toFixed(2)} × (${whole.spread}), ${toParsing.middle.toFixed(2)} × bare ws that parses`,
    `${costs.length} rounds, ${besides.spread}; floor 1.3`,
  ]
  return { value: besides.middle, note: notes.join('; ') }
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'replay: a snapshot with all checks, without parsing JSON ÷ bare ws that counts',
    unit: '×',
    aim: { atMost: 1.15 },
    run: compareStreams,
  },
]
