import { type FaultRule, type FaultStep, isNetworkFault, simultaneousStart } from '../core/fault.ts'
import { mix32 } from '../core/hash.ts'
import type { Arrival, ClientFaults, ClientIndex, PlannedStrike } from '../core/plan.ts'
import { createRandom, type Random } from '../core/random.ts'
import type { Scenario } from '../core/scenario.ts'

interface Draft {
  strikes: PlannedStrike[]
  readonly steps: { readonly rule: number; readonly step: FaultStep }[]
  start?: { readonly rule: number; readonly atMs: number }
}

/**
 * Decides whom each fault of the scenario concerns, and when it strikes. Pure: it follows from scenario and arrivals alone,
 * so that it is the same however many threads share the clients.
 */
export function planFaults(
  { faults, seed }: Scenario,
  arrivals: readonly Arrival[],
): ReadonlyMap<ClientIndex, ClientFaults> {
  const drafts = new Map<ClientIndex, Draft>()
  const draftOf = (client: ClientIndex) => {
    const draft = drafts.get(client) ?? { strikes: [], steps: [] }
    drafts.set(client, draft)
    return draft
  }
  for (const [index, rule] of faults.entries()) {
    for (const group of rule.groups) {
      const members = arrivals.filter((arrival) => arrival.group === group)
      for (const arrival of chooseClients(members, rule, index))
        addFault(draftOf(arrival.client), rule, index, arrival, seed)
    }
  }
  for (const draft of drafts.values()) draft.strikes.sort((a, b) => a.atMs - b.atMs || a.rule - b.rule)
  return drafts
}

/** Exactly so many, by lot. Of a share that comes to less than one client, one. */
function chooseClients(members: readonly Arrival[], { clients }: FaultRule, rule: number): readonly Arrival[] {
  const wanted = 'count' in clients ? clients.count : Math.max(1, Math.round(clients.share * members.length))
  if (wanted >= members.length) return members
  const lot = ({ seed }: Arrival) => mix32(seed ^ mix32(rule + 0x6661))
  return members.toSorted((a, b) => lot(a) - lot(b) || a.client - b.client).slice(0, wanted)
}

function addFault(draft: Draft, rule: FaultRule, index: number, arrival: Arrival, seed: number): void {
  const { kind } = rule
  if (kind === simultaneousStart) draft.start ??= { rule: index, atMs: rule.fromMs }
  else if (!isNetworkFault(kind)) draft.steps.push({ rule: index, step: kind })
  else {
    const { lastsMs, bytesPerSecond, role } = rule
    const { client } = arrival
    const what = { rule: index, kind, lastsMs, bytesPerSecond, client, ...(role !== undefined && { role }) }
    draft.strikes.push(...drawTimes(rule, index, arrival, seed).map((atMs) => ({ ...what, atMs })))
  }
}

/** Everybody's own times, but for a storm, which comes over all at once. Who is not there yet is not struck. */
function drawTimes(rule: FaultRule, index: number, { seed: own, scheduledAtMs }: Arrival, seed: number): number[] {
  if (rule.kind === 'reconnect-storm') {
    return spread(rule, rule.fromMs, createRandom(seed, 'storm', index)).filter((atMs) => atMs >= scheduledAtMs)
  }
  const fromMs = Math.max(rule.fromMs, scheduledAtMs)
  return fromMs > rule.untilMs ? [] : spread(rule, fromMs, createRandom(own, 'fault', index))
}

function spread({ untilMs, everyMs }: FaultRule, fromMs: number, random: Random): number[] {
  const unit = random.unit()
  if (everyMs === undefined) return [fromMs + unit * (untilMs - fromMs)]
  const times: number[] = []
  for (let atMs = fromMs + unit * everyMs; atMs <= untilMs; atMs += everyMs) times.push(atMs)
  return times
}
