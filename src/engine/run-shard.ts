import { createCommonCheckers } from '../check/common-checkers.ts'
import { observePresence, type Presence } from '../check/count-pairs.ts'
import { type ClientCheckers, type ConcludedChecks, runCheckers } from '../check/run-checkers.ts'
import { createClock } from '../core/clock.ts'
import { stackOf } from '../core/errors.ts'
import type { Observer } from '../core/event.ts'
import { deriveRunKey } from '../core/marker.ts'
import type { Arrival, ClientIndex, Plan, PlannedClient, Shard } from '../core/plan.ts'
import type { Group, Scenario } from '../core/scenario.ts'
import type { System, TargetAddress } from '../core/system.ts'
import { observeHealth, type ThreadHealth } from '../metrics/generator-health.ts'
import type { LiveOperations } from '../metrics/live-operations.ts'
import { type ClientMetrics, observeClients } from '../metrics/observe-clients.ts'
import { observeOperations } from '../metrics/observe-operations.ts'
import type { OperationMetrics } from '../metrics/operation-metrics.ts'
import { groupsByName } from './groups-by-name.ts'
import { openHistory } from './open-history.ts'
import { planRun } from './plan-run.ts'
import { createRecorder } from './recorder.ts'
import { runPlan } from './run-plan.ts'
import { watchHalts } from './watch-halts.ts'

/** What one thread has to do. Plain data that can be posted. */
export interface ShardJob {
  readonly runId: string
  readonly scenario: Scenario
  readonly shard: Shard
  /** By name of the target. */
  readonly targets: Readonly<Record<string, TargetAddress>>
  readonly historyFile: string
}

export interface ShardControl {
  /** Aborted: nobody arrives any more and all clients are told to settle. */
  readonly signal: AbortSignal
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

/** How a shard stands at this moment. */
export interface ShardSnapshot {
  readonly atMs: number
  readonly clients: readonly ClientMetrics[]
  readonly operations: readonly LiveOperations[]
}

/** What one thread concluded. Plain data; results of disjoint shards merge exactly. */
export interface ShardResult {
  readonly checks: ConcludedChecks
  readonly presences: readonly Presence[]
  readonly operations: readonly OperationMetrics[]
  readonly clients: readonly ClientMetrics[]
  readonly health: ThreadHealth
  readonly durationMs: number
  /** Stacks of what mcsim itself did wrong. */
  readonly bugs: readonly string[]
}

const snapshotEveryMs = 250

/** Runs one shard of a plan in this thread: clients, recorder, and the observers of their events. */
export async function runShard(job: ShardJob, systems: readonly System[], control: ShardControl): Promise<ShardResult> {
  const plan = planRun(job.scenario, job.runId)
  const members = describeMembers(plan, job, systems)
  const memberOf = (client: ClientIndex) => members.get(client) as Member
  const groupOf = (client: ClientIndex) => memberOf(client).group.name
  const bugs: string[] = []

  const history = await openHistory(job.historyFile, job.runId, job.shard.index)
  const clock = createClock(await control.start())
  const halts = watchHalts(() => clock.now())
  const presences = observePresence()
  const health = observeHealth()
  const operations = observeOperations(groupOf)
  const clients = observeClients(groupOf)
  const checkers = runCheckers((client) => createCheckers(memberOf(client)))
  const observer = observeAll([history, operations, clients, presences, health, checkers])
  const runKey = deriveRunKey(job.runId)
  const tell = () => {
    history.flush()
    control.onSnapshot({ atMs: clock.now(), clients: clients.conclude(), operations: operations.snapshot() })
  }
  const timer = setInterval(tell, snapshotEveryMs)

  const createClient = ({ client }: Arrival) => {
    const { planned, system, target } = memberOf(client)
    const recorder = createRecorder(client, clock, runKey, observer, halts)
    // Spelt out: each object that is spread into another may get a hidden class of its own, and there are thousands.
    const { runId, arrival, params } = planned
    return system.createClient({ runId, arrival, params, target, recorder })
  }
  const onBug = (error: unknown) => bugs.push(stackOf(error))
  const groups = groupsByName(job.scenario)
  await runPlan(plan.arrivals(job.shard), groups, createClient, clock, observer, { ...control, onBug }).catch(onBug)
  const durationMs = clock.now()
  clearInterval(timer)
  halts.stop()
  tell()
  await history.close()
  return {
    checks: checkers.conclude(),
    presences: presences.conclude(),
    operations: operations.conclude(),
    clients: clients.conclude(),
    health: health.conclude(),
    durationMs,
    bugs,
  }
}

/** One client of this shard, with all that its life needs. */
interface Member {
  readonly planned: PlannedClient
  readonly group: Group
  readonly system: System
  readonly target: TargetAddress
}

function describeMembers(plan: Plan, job: ShardJob, systems: readonly System[]): ReadonlyMap<ClientIndex, Member> {
  const groups = groupsByName(job.scenario)
  return new Map(
    plan.arrivals(job.shard).map((arrival) => {
      const group = groups.get(arrival.group) as Group
      const system = systems.find(({ name }) => name === group.system)
      const target = job.targets[group.target]
      if (!system || !target) throw new Error(`group ${group.name} has no system or no target`)
      const planned = { runId: job.runId, arrival, params: group.params }
      return [arrival.client, { planned, group, system, target }]
    }),
  )
}

function createCheckers({ planned, group, system }: Member): ClientCheckers {
  const common = createCommonCheckers(planned.arrival.client, group.witness !== false)
  const own = group.witness ? [] : system.createCheckers(planned)
  return { group: group.name, checkers: [...common, ...own] }
}

function observeAll(observers: readonly Observer[]): Observer {
  return {
    observe(event) {
      for (const observer of observers) observer.observe(event)
    },
  }
}
