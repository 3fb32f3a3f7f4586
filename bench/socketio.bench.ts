import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once, setMaxListeners } from 'node:events'
import { fileURLToPath } from 'node:url'
import { io } from 'socket.io-client'
import { createCommonCheckers } from '../src/check/common-checkers.ts'
import { createDeepBudget } from '../src/check/deep-scan/deep-budget.ts'
import { runCheckers } from '../src/check/run-checkers.ts'
import type { Recorder } from '../src/core/client.ts'
import { createClock } from '../src/core/clock.ts'
import { deriveRunKey } from '../src/core/marker.ts'
import type { ClientIndex, PlannedClient } from '../src/core/plan.ts'
import { createRecorder } from '../src/engine/recorder.ts'
import { observeOperations } from '../src/metrics/observe-operations.ts'
import { InstrumentLink } from '../src/systems/instruments/client/instrument-link.ts'
import { instruments } from '../src/systems/instruments/index.ts'
import { createSetup } from '../src/systems/instruments/invariants/judge-setup.ts'
import type { InstrumentsParams } from '../src/systems/instruments/params/instruments-params.ts'
import { bump, listPotentials } from '../src/systems/instruments/workload/bump.ts'
import { type Benchmark, type Measurement, measure, median } from './benchmark.ts'

const program = fileURLToPath(new URL('../../bin/mcsim.js', import.meta.url))
const files = 200
const repeats = 20
const events = files * repeats
const rounds = 12
const pairs = 2000
const runId = 'bench'
const event = 'frequency_map_update'
const operations = observeOperations(() => 'pairs')

function planClient(client: number, input: object): PlannedClient<InstrumentsParams> {
  const parsed = instruments.params.parse(input)
  if (!('value' in parsed)) throw new Error(JSON.stringify(parsed.problems))
  const arrival = { client: client as ClientIndex, group: 'pairs', indexInGroup: client, seed: 1, scheduledAtMs: 0 }
  return { runId, arrival, params: parsed.value }
}

/** All that a run has for one client: recorder, every checker, and the metrics that it shares with all others. */
function observe(planned: PlannedClient<InstrumentsParams>) {
  const { client } = planned.arrival
  const checkers = runCheckers(() => ({
    group: 'pairs',
    checkers: [...createCommonCheckers(client, false), ...instruments.createCheckers(planned)],
  }))
  const observer = {
    observe(seen: Parameters<typeof checkers.observe>[0]) {
      operations.observe(seen)
      checkers.observe(seen)
    },
  }
  const recorder = createRecorder(
    client,
    createClock(performance.timeOrigin),
    { key: deriveRunKey(runId), clients: 1, budget: createDeepBudget() },
    observer,
    {
      haltedMs: () => 0,
    },
  )
  return { recorder, checkers }
}

/** Updates as the reference server sends them, with curves of 61 points. */
function makeUpdates(planned: PlannedClient<InstrumentsParams>) {
  const { pair, expected } = createSetup(planned)
  const potentials = listPotentials(61)
  const line = potentials.map((potential) => 1e-7 + potential * 1.234_567_89e-6)
  const curveOf = (height: number) => line.map((current, i) => current + height * bump(potentials[i] as number))
  return pair.listFiles(0).map((file) => ({
    filename: file.name,
    frequency: file.frequency,
    electrode_index: null,
    data: {
      status: 'success',
      potentials,
      raw_currents: curveOf(expected.figure('curve', file, null)),
      smoothed_currents: curveOf(expected.figure('peak', file, null)),
      peak_value: expected.figure('peak', file, null),
      charge: expected.figure('charge', file, null),
    },
  }))
}

async function startServer(updates: readonly unknown[]): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(new URL('./emit-updates.js', import.meta.url))
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  child.send({ updates })
  await once(child, 'message')
  return { child, url: `http://127.0.0.1:${port}` }
}

/** A client that is connected and waits to be measured. */
interface Receiver {
  receive(): Promise<void>
  end(): Promise<void>
}

async function connectBare(url: string): Promise<Receiver> {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false })
  let count = 0
  const done = new Promise<void>((resolve) => {
    socket.onAny((name) => {
      count++
      if (name === 'done') resolve()
    })
  })
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return {
    async receive() {
      socket.emit('go', event)
      await done
    },
    async end() {
      socket.disconnect()
      if (count !== events + 1) throw new Error(`${count} events came`)
    },
  }
}

async function connectChecked(url: string, planned: PlannedClient<InstrumentsParams>): Promise<Receiver> {
  const { recorder, checkers } = observe(planned)
  noteAllSent(recorder, planned)
  let arrived: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const link = new InstrumentLink({
    url,
    query: {},
    headers: {},
    role: 'viewer',
    transport: 'websocket',
    recorder,
    signal: new AbortController().signal,
    connectLimitMs: 5000,
    noticed: (name) => (name === 'done' ? arrived() : undefined),
  })
  await link.open()
  recorder.complete(recorder.invoke(link.number, 'check', { endsSession: null }), 'ok', { connected: true })
  return {
    async receive() {
      link.send('go', event)
      await done
    },
    async end() {
      await link.close()
      const { violations, invariants } = checkers.conclude()
      const examined = invariants.find(({ name }) => name === 'results-exact')?.examined ?? 0
      if (violations.length > 0 || examined < events) throw new Error(`${violations[0]?.message}, ${examined} examined`)
    },
  }
}

/** Checkers compare updates with what was sent before, as often as it was. */
function noteAllSent(recorder: Recorder, planned: PlannedClient<InstrumentsParams>): void {
  const agent = recorder.opened('agent')
  for (let i = 0; i < repeats; i++) {
    for (const { name: filename } of createSetup(planned).pair.listFiles(0)) {
      const value = { answer: 'complete', filename }
      recorder.complete(recorder.invoke(agent, 'send-file', { filename }), 'ok', value)
    }
  }
  recorder.closed(agent, 'ended')
}

async function compareEvents(): Promise<Measurement> {
  const planned = planClient(1, { mode: 'frequency-map', files })
  const updates = Array.from({ length: repeats }, () => makeUpdates(planned)).flat()
  const bytes = Buffer.byteLength(JSON.stringify(updates[0]))
  const { child, url } = await startServer(updates.splice(0))
  const costs: { readonly bare: number[]; readonly checked: number[] } = { bare: [], checked: [] }
  for (let round = 0; round <= rounds; round++) {
    for (const kind of ['bare', 'checked'] as const) {
      const receiver = await (kind === 'bare' ? connectBare(url) : connectChecked(url, planned))
      globalThis.gc?.()
      const { cpuMs } = await measure(() => receiver.receive())
      await receiver.end()
      if (round > 0) costs[kind].push((cpuMs * 1000) / events)
    }
  }
  child.kill()
  const [bare, checked] = [median(costs.bare), median(costs.checked)]
  const note = `${checked.toFixed(1)} and ${bare.toFixed(1)} µs for an event of ${bytes} bytes, all checks on`
  return { value: checked / bare, note }
}

/** Memory of this process for each of many pairs that have lived through a session without files and stay. */
async function measurePairs(): Promise<Measurement> {
  const settings = ['--ping-interval', '60s', '--ping-timeout', '60s', '--max-clients', '10000', '--quiet']
  const child = spawn(process.execPath, [program, 'serve', 'instruments', ...settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(String(line)) as { url: string }
  const { signal } = new AbortController()
  setMaxListeners(0, signal)
  const rss = async () => {
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return process.memoryUsage().rss
  }
  const { createClient } = await instruments.loadClients()
  const live = async (client: number) => {
    const planned = planClient(client, { files: 8, fileInterval: '0ms' })
    const { recorder, checkers } = observe(planned)
    const simulated = createClient({ ...planned, target: { url }, recorder })
    await simulated.open(signal)
    await simulated.iterate(0, signal)
    return { simulated, checkers }
  }
  // Code that is compiled and buffers that stay are no pair's.
  for (const { simulated } of await Promise.all(Array.from({ length: 50 }, (_, i) => live(i)))) await simulated.close()
  const before = await rss()

  const alive: Awaited<ReturnType<typeof live>>[] = []
  for (let from = 0; from < pairs; from += 50) {
    alive.push(...(await Promise.all(Array.from({ length: 50 }, (_, i) => live(1000 + from + i)))))
  }
  const after = await rss()
  await Promise.all(alive.map(({ simulated }) => simulated.close()))
  child.kill()
  const violations = alive.reduce((sum, { checkers }) => sum + checkers.conclude().violations.length, 0)
  if (violations > 0) throw new Error(`${violations} violations`)
  return {
    value: (after - before) / pairs / 1024,
    note: `${pairs} agents and ${pairs} viewers, each after a session of 8 files`,
  }
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'Socket.IO event with all checks ÷ bare socket.io-client that counts',
    unit: '×',
    aim: { atMost: 1.15 },
    run: compareEvents,
  },
  { name: 'memory of an agent and its viewer', unit: 'KB', aim: { atMost: 60 }, run: measurePairs },
]
