import { sampledBytesPerSecond } from '../check/deep-scan/deep-budget.ts'
import type { Plan } from '../core/plan.ts'
import type { InvariantReport, PressureReport } from '../core/report.ts'
import type { Coverage, Group } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { groupsByName } from './groups-by-name.ts'

/** What no run can see, whatever it covers. */
const alwaysUnseen = [
  'data that the server hashed, encrypted or encoded in an unusual way before it sent them on',
  'what the server stored, logged or sent to places where no client of this run listens',
]

/** What this run could not have seen, in sentences. */
export function describeUnseen(
  plan: Plan,
  systems: readonly System[],
  invariants: readonly InvariantReport[],
  pressure: readonly PressureReport[],
  coverage: Coverage,
): string[] {
  return [
    ...alwaysUnseen,
    ...describeShallow(coverage),
    ...describeUnmet(invariants),
    ...describeSuspended(invariants),
    ...describeAlone(coverage),
    ...describeCoinciding(coverage),
    ...describeUnmarked(listUnmarked(plan, systems)),
    ...describeSameData(plan, systems),
    ...pressure.flatMap(describeUnscanned),
  ]
}

function describeShallow({ bytesScanned = 0, bytesDeepScanned = 0 }: Coverage): string[] {
  if (bytesDeepScanned >= bytesScanned) return []
  const share = ((1 - bytesDeepScanned / bytesScanned) * 100).toPrecision(3)
  const rate = `${sampledBytesPerSecond / 1e6} MB/s`
  return [
    `markers in another form than they were sent in (upper case, base64, gzip …) in ${share} % of the bytes: above ${rate} of a thread samples are searched for them, and all with --deep-scan always`,
  ]
}

/** Over the whole run, as in the verdict: what one group has met was seen. */
function describeUnmet(invariants: readonly InvariantReport[]): string[] {
  const met = new Set(invariants.filter(({ examined }) => examined > 0).map(({ name }) => name))
  const unmet = invariants.filter(({ optional, name }) => optional && !met.has(name)).map(({ name }) => name)
  if (unmet.length === 0) return []
  return [`${[...new Set(unmet)].join(', ')}: nothing came by which that could be judged`]
}

function describeSuspended(invariants: readonly InvariantReport[]): string[] {
  const counts = new Map<string, number>()
  for (const { name, suspended } of invariants) {
    if (suspended !== undefined) counts.set(name, (counts.get(name) ?? 0) + suspended)
  }
  return [...counts].map(([name, count]) => {
    const uncounted = count > 0 ? `; ${count} violations that it would have told are not counted` : ''
    return `${name}, as far as it judges by times, which are not to be trusted here${uncounted}`
  })
}

/** Absent where presences were not counted. */
function describeAlone({ concurrentPairs, successivePairs }: Coverage): string[] {
  if (concurrentPairs !== 0 || successivePairs !== 0) return []
  return ['what one client receives of another: no two clients were at one target']
}

function describeCoinciding({ answersSampled = 0, answersCoinciding = 0 }: Coverage): string[] {
  if (answersCoinciding === 0) return []
  const percent = Math.ceil((100 * answersCoinciding) / answersSampled)
  return [
    `answers of one client in place of another's where both expect the same at some time, as with ${percent} % of those that were sampled`,
  ]
}

/** Groups whose data carry no markers. */
export function listUnmarked({ scenario }: Plan, systems: readonly System[]): Group[] {
  return scenario.groups.filter(({ witness, system, params }) => {
    const { carriesMarkers } = systems.find(({ name }) => name === system) ?? {}
    return !witness && carriesMarkers?.(params) === false
  })
}

function describeUnmarked(groups: readonly Group[]): string[] {
  if (groups.length === 0) return []
  const names = groups.map(({ name }) => name).join(', ')
  return [`data of ${names} in messages that nothing is compared with: they carry no markers, so that only values tell`]
}

/** A sentence for each target at which clients send what others send as well. */
function describeSameData(plan: Plan, systems: readonly System[]): string[] {
  return plan.scenario.targets.flatMap(({ name }) => {
    const senders = new Map<string, number>()
    for (const data of listData(plan, name, systems)) senders.set(data, (senders.get(data) ?? 0) + 1)
    const clients = [...senders.values()].reduce((sum, count) => sum + (count > 1 ? count : 0), 0)
    if (clients === 0) return []
    return [
      `what ${clients} clients at ${name} receive of each other: they send the same data, and nothing tells whose`,
    ]
  })
}

/** For each client of a target that may send what others send, what that is. */
function listData({ runId, scenario, arrivals }: Plan, target: string, systems: readonly System[]): string[] {
  const groups = groupsByName(scenario)
  return arrivals().flatMap((arrival) => {
    const { system, params, witness, target: at } = groups.get(arrival.group) as Group
    const { identifyData } = systems.find(({ name }) => name === system) ?? {}
    return witness || at !== target ? [] : (identifyData?.({ runId, arrival, params }) ?? [])
  })
}

function describeUnscanned({ url, bytes }: PressureReport): string[] {
  if (bytes === 0) return []
  return [`${bytes} bytes that the pressure on ${url} received: they belong to no client and are not scanned`]
}
