import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { System } from '../../src/core/system.ts'
import { runInProcess } from '../../src/engine/run-in-threads.ts'
import { RunRequests } from '../../src/engine/run-requests.ts'
import type { ShardSnapshot } from '../../src/engine/run-shard.ts'
import type { ShardResult } from '../../src/engine/shard-result.ts'
import { shareWidely } from '../../src/engine/share-widely.ts'
import { scenarioFromDocument } from '../../src/scenario/load-scenario.ts'
import { replay } from '../../src/systems/replay/index.ts'
import { quietMs, type StreamMeter, type StreamRound, serveStreamRounds, streamSpeed, watchMs } from './stream-round.ts'

/*
 * A process with the viewers of `mcsim viewers`: recorder, ownership scan, history on disk, metrics and every checker. They
 * could do all that viewers do, so that all is checked, and are stopped before they begin.
 */
const systems = [replay as unknown as System]

serveStreamRounds(async (round, meter) => {
  const stopping = new AbortController()
  const folder = await mkdtemp(join(tmpdir(), 'mcsim-bench-'))
  try {
    const running = run(round, meter, folder, shareWidely(stopping.signal))
    const result = await Promise.race([meter.done, running.then(() => Promise.reject(new Error('all left too early')))])
    stopping.abort()
    assertChecked(await running)
    return result
  } finally {
    await rm(folder, { recursive: true })
  }
})

function run({ url, viewers, periodMs }: StreamRound, meter: StreamMeter, folder: string, signal: AbortSignal) {
  const params = { acts: 1, watch: `${watchMs}ms`, period: `${periodMs}ms`, speeds: [streamSpeed], dependable: true }
  const common = { system: 'replay', target: 'replay', startAfter: `${quietMs}ms` }
  const group = { ...common, name: 'viewers', clients: viewers, params: { ...params, analytics: 'formulas' } }
  const scenario = scenarioFromDocument({ targets: { replay: { system: 'replay', url } }, groups: [group] }, systems)
  const job = {
    runId: `bench-${process.pid}-${Math.round(performance.now())}`,
    scenario,
    shard: { index: 0, count: 1 },
    targets: { replay: { url } },
    historyFile: join(folder, 'history'),
  }
  const onSnapshot = (_shard: number, { clients }: ShardSnapshot) =>
    meter.tick(clients.reduce((sum, { deliveries }) => sum + (deliveries['snapshot'] ?? 0), 0))
  return runInProcess(job, systems, { draining: signal, signal, requests: new RunRequests(), onSnapshot })
}

/** Nothing is wrong with the server, and all that derives from the books was compared. */
function assertChecked({ bugs, checks }: ShardResult): void {
  const wrong = [...bugs, ...checks.violations, ...checks.crashes]
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong.slice(0, 3)))
  const { deliveries = 0, answersCompared = 0 } = checks.coverage
  if (answersCompared < 10 * deliveries) throw new Error('not all derived numbers were compared')
}
