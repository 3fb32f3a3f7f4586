import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Benchmark, type Measurement, median } from './benchmark.ts'
import type { Round, RoundResult } from './devices/serve-rounds.ts'
import { runMcsim } from './run-mcsim.ts'
import { startReference } from './start-reference.ts'

const connections = 50
const requests = 150_000
const rounds = 6

/**
 * The same poll, GET /api/offloading_layer, over as many connections, alternately by mcsim's devices with all their
 * checks and by autocannon, which checks nothing. Server and both generators are processes of their own; what counts is
 * user and system time of a generator's whole process for each answered request. The first round warms up.
 */
async function comparePolls(): Promise<Measurement> {
  const server = await startReference('devices')
  const generators = [startGenerator('poll-checked'), startGenerator('poll-autocannon')] as const
  const pairs: (readonly [number, number])[] = []
  for (let round = 0; round <= rounds; round++) {
    const [ours, theirs] = [await askFor(generators[0], server.url), await askFor(generators[1], server.url)]
    if (round > 0) pairs.push([ours, theirs])
  }
  for (const generator of generators) generator.disconnect()
  await server.stop()
  const [ours, theirs] = [median(pairs.map(([us]) => us)), median(pairs.map(([, us]) => us))]
  const ratios = pairs.map(([one, other]) => other / one).sort((a, b) => a - b)
  const spread = `${ratios[0]?.toFixed(2)}…${ratios.at(-1)?.toFixed(2)}`
  return {
    value: median(ratios),
    note: `${ours.toFixed(1)} µs of CPU beside ${theirs.toFixed(1)}; ${rounds} pairs, ${spread}; floor 0.85`,
  }
}

const startGenerator = (name: string, args: readonly string[] = [], execArgv: readonly string[] = []): ChildProcess =>
  fork(new URL(`./devices/${name}.js`, import.meta.url), [...args], { execArgv: [...execArgv] })

/** CPU time of one answered request, in microseconds. */
async function askFor(generator: ChildProcess, url: string): Promise<number> {
  generator.send({ url, connections, requests } satisfies Round)
  const [{ cpuMs, answered }] = (await once(generator, 'message')) as [RoundResult]
  return (cpuMs * 1000) / answered
}

const few = 200
const many = 5200

/** What 5 000 more devices add to the generator's resident memory while all are idle, registered and connected. */
async function measureIdle(): Promise<Measurement> {
  const server = await startReference('devices')
  // The smaller number twice: the first time, code is loaded and compiled.
  const counts = [few, few, many].map(String)
  const generator = startGenerator('idle-checked', [server.url, ...counts], ['--expose-gc'])
  const bytes: number[] = []
  generator.on('message', (rss) => bytes.push(Number(rss)))
  await once(generator, 'exit')
  await server.stop()
  const [, before = Number.NaN, after = Number.NaN] = bytes
  const note = `${Math.round(after / 2 ** 20)} MB with ${many} devices; floor 25 KB`
  return { value: (after - before) / (many - few) / 1024, note }
}

/** `mcsim devices` as a user runs it, with its server beside it: all devices are there at once, and each decision is checked. */
async function runMany(): Promise<Measurement> {
  const report = await runMcsim(['devices', '--clients', '5000', '--rounds', '6'])
  const { verdict, durationMs, coverage, health, findings, reasons } = report
  if (verdict !== 'pass') throw new Error(`${findings.length} findings; ${reasons.join('; ')}`)
  const rss = `peak ${Math.round(health.peakRssBytes / 2 ** 20)} MB`
  const note = `${coverage.decidableDeliveries} decisions compared, none wrong; ${rss}; timing ${report.timing.trusted ? 'trusted' : 'untrusted'}`
  return { value: durationMs / 1000, note }
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'devices: checked polls per CPU second ÷ those of autocannon',
    unit: '×',
    aim: { atLeast: 0.95 },
    run: comparePolls,
  },
  { name: 'devices: memory of an idle one, of 5 000', unit: 'KB', aim: { atMost: 15 }, run: measureIdle },
  { name: 'devices: 5 000 at once, 6 rounds each, all checked', unit: 's', run: runMany },
]
