import { createDeepBudget, type DeepScanMode } from '../check/deep-scan/deep-budget.ts'
import { createClock } from '../core/clock.ts'
import { stackOf } from '../core/errors.ts'
import { deriveRunKey } from '../core/marker.ts'
import type { Arrival, ClientIndex, Shard } from '../core/plan.ts'
import type { Scenario } from '../core/scenario.ts'
import type { ClientCode, System, TargetAddress } from '../core/system.ts'
import { type LiveHealth, observeHealth } from '../metrics/generator-health.ts'
import { ArrivalGate } from './arrival-gate.ts'
import { batchEvents } from './batch-events.ts'
import { groupsByName } from './groups-by-name.ts'
import { inflictFaults } from './inflict-faults.ts'
import { listMembers, type Member } from './list-members.ts'
import { type LiveView, observeLive } from './observe-live.ts'
import { observeShard, type ShardFigures } from './observe-shard.ts'
import { openHistory } from './open-history.ts'
import { planRun } from './plan-run.ts'
import { createRecorder } from './recorder.ts'
import { runPlan } from './run-plan.ts'
import type { RunRequests } from './run-requests.ts'
import type { RunStops } from './run-stops.ts'
import { endAsFacts, type ShardResult } from './shard-result.ts'
import { watchHalts } from './watch-halts.ts'

/** What one thread has to do. Plain data that can be posted. */
export interface ShardJob {
  readonly runId: string
  readonly scenario: Scenario
  readonly shard: Shard
  /** By name of the target. */
  readonly targets: Readonly<Record<string, TargetAddress>>
  readonly historyFile: string
  readonly historyLimitBytes?: number | undefined
  /** Absent: sampled. */
  readonly deepScan?: DeepScanMode | undefined
}

/** How a shard stands at this moment, for those who watch. */
export interface ShardSnapshot extends ShardFigures {
  readonly live: LiveView
  readonly health: LiveHealth
}

export interface ShardControl extends RunStops {
  readonly requests: RunRequests
  /** Aborted when all clients of all shards but the witnesses have left. */
  readonly othersLeft: AbortSignal
  /**
   * Called once, when the shard is ready. Resolves with the zero of the run's clock (`Clock.originMs`), when all shards
   * are ready: loading code must not make the first clients late.
   */
  start(): Promise<number>
  /** Called once, when all clients of this shard but the witnesses have left. */
  onWorkersLeft(): void
  onSnapshot(snapshot: ShardSnapshot): void
}

const snapshotEveryMs = 250

/** Runs one shard of a plan in this thread: clients, recorder, and the observers of their events. */
export async function runShard(job: ShardJob, systems: readonly System[], control: ShardControl): Promise<ShardResult> {
  const { runId, scenario, shard, historyFile, historyLimitBytes } = job
  const plan = planRun(scenario, runId)
  const members = listMembers(plan, shard, systems)
  const clients = await loadClients(members)
  const history = await openHistory(historyFile, { runId, thread: shard.index, limitBytes: historyLimitBytes })
  const clock = createClock(await control.start())
  const halts = watchHalts(() => clock.now())
  const health = observeHealth()
  const live = observeLive(plan.clients, (client) => members.get(client)?.group.name)
  const observed = observeShard(members)
  const bugs: string[] = []
  const onBug = (error: unknown) => bugs.push(stackOf(error))
  const observer = batchEvents([history, health, live, observed], onBug)
  const scanning = { key: deriveRunKey(runId), clients: plan.clients, budget: createDeepBudget(job.deepScan) }
  const tell = () => {
    observer.flush()
    history.flush()
    control.onSnapshot({ ...observed.snapshot(clock.now()), live: live.snapshot(), health: health.snapshot() })
  }
  const timer = setInterval(tell, snapshotEveryMs)

  const arrivals = plan.arrivals(shard)
  const faults = inflictFaults(plan, arrivals, clock)
  const letArrive = ({ client }: Arrival) => {
    const { planned, group, system } = members.get(client) as Member
    const target = job.targets[group.target]
    if (!target) throw new Error(`group ${group.name} has no target`)
    const { createClient } = clients.get(system) as ClientCode
    const recorder = createRecorder(client, clock, scanning, observer, halts)
    // Spelt out: each object that is spread into another may get a hidden class of its own, and there are thousands.
    const { arrival, params } = planned
    return faults.expose(arrival, recorder, createClient({ runId, arrival, params, target, recorder }))
  }
  const groups = groupsByName(scenario)
  const gate = new ArrivalGate()
  const ignoreRequests = control.requests.listen((request) => {
    if (request.type === 'watch') live.watch(request.client as ClientIndex | undefined)
    else gate[request.type]()
  })
  await runPlan(arrivals, groups, letArrive, clock, observer, { ...control, onBug, gate }).catch(onBug)
  faults.stop()
  const durationMs = clock.now()
  clearInterval(timer)
  halts.stop()
  tell()
  ignoreRequests()
  live.stop()
  // Before anything is awaited, so that what is judged is exactly what the history holds.
  observer.end()
  const observations = observed.conclude()
  const end = { durationMs, health: health.conclude(), bugs }
  const unwritten = await history.close(endAsFacts(end))
  return { ...observations, ...end, historyFile, unwritten }
}

/** The code of the clients that arrive in this thread. Loading it must not make the first of them late. */
async function loadClients(members: ReadonlyMap<ClientIndex, Member>): Promise<ReadonlyMap<System, ClientCode>> {
  const codes = new Map<System, ClientCode>()
  for (const { system } of members.values()) {
    if (!codes.has(system)) codes.set(system, await system.loadClients())
  }
  return codes
}
