import type { ClientIndex, Plan, PlannedClient } from '../../core/plan.ts'
import type { Group } from '../../core/scenario.ts'
import type { System } from '../../core/system.ts'
import { listClients } from '../list-clients.ts'

/** One group of which clients run alone. */
export interface SoloGroup {
  readonly group: Group
  readonly system: System
  /** None where nothing of the group can be compared. */
  readonly clients: readonly ClientIndex[]
  readonly notCompared?: string
}

/** One client alone. */
export interface SoloPhase {
  readonly group: Group
  readonly client: ClientIndex
  /** The servers are to be started anew for it. */
  readonly isFresh: boolean
  /** Nobody is known to have used the server before. */
  readonly isFirst: boolean
}

/** Two phases of one client, by their places in the list of all. */
export interface PhasePair {
  readonly one: number
  readonly other: number
}

/** How the phases of one group are compared. */
export interface GroupComparisons {
  readonly solo: SoloGroup
  /** Under the same conditions: what differs here differs by itself. */
  readonly controls: readonly PhasePair[]
  /** In the other one somebody else was there before; `before` is who. */
  readonly acrossTime: readonly (PhasePair & { readonly before: ClientIndex })[]
  /** What each client is told alone, to be compared with what it is told in company. */
  readonly alone: readonly { readonly client: ClientIndex; readonly phase: number }[]
}

export interface SoloPlan {
  /** Of all; each phase has one of its own. */
  readonly runId: string
  readonly phases: readonly SoloPhase[]
  readonly comparisons: readonly GroupComparisons[]
}

/**
 * Decides who runs alone, in which order, and what is compared with what. Servers that can be started anew give runs
 * that nobody was before; of others only the next before can be chosen.
 */
export function planSolo(plan: Plan, systems: readonly System[], canRestart: (target: string) => boolean): SoloPlan {
  const phases: SoloPhase[] = []
  const used = new Set<string>()
  const comparisons = plan.scenario.groups
    .filter(({ witness }) => !witness)
    .map((group) => {
      const solo = chooseClients(plan, group, systems)
      const { order, ...pairs } = canRestart(group.target) ? freshOrder : keptOrder
      const at = new Map<number, number>()
      const lacks = (place: 0 | 1) => solo.clients[place] === undefined
      for (const [step, { place, isFresh }] of order.entries()) {
        const client = solo.clients[place]
        if (client === undefined) continue
        at.set(step, phases.length)
        phases.push({ group, client, isFresh, isFirst: isFresh || !used.has(group.target) })
        used.add(group.target)
      }
      return { solo, ...placePairs(pairs, at, solo.clients, lacks(1)) }
    })
  return { runId: plan.runId, phases, comparisons }
}

/** "client 3 alone, after client 0". */
export function describeAlone(phases: readonly SoloPhase[], at: number): string {
  const { group, client, isFresh } = phases[at] as SoloPhase
  const before = phases.slice(0, at).findLast((phase) => phase.group.target === group.target)
  if (isFresh) return `client ${client} alone`
  return before ? `client ${client} alone, after client ${before.client}` : `client ${client} alone, first`
}

interface Order {
  readonly order: readonly { readonly place: 0 | 1; readonly isFresh: boolean }[]
  readonly controls: readonly (readonly [number, number])[]
  readonly acrossTime: readonly (readonly [one: number, other: number, before: 0 | 1])[]
  /** The step of each of the two clients with which the company is compared. */
  readonly alone: readonly [number, number]
  /** The controls where there is only one client. */
  readonly lone: readonly (readonly [number, number])[]
}

const fresh = (place: 0 | 1) => ({ place, isFresh: true })
const kept = (place: 0 | 1) => ({ place, isFresh: false })

/** A, B after it; both once more; B on a server where nobody was before. */
const freshOrder: Order = {
  order: [fresh(0), kept(1), fresh(0), kept(1), fresh(1)],
  controls: [
    [0, 2],
    [1, 3],
  ],
  acrossTime: [
    [4, 1, 0],
    [4, 3, 0],
  ],
  alone: [0, 4],
  lone: [[0, 2]],
}

/** A, A after A, B after A, A after B, B after A, A after B: who came next before is all that is the same in a control. */
const keptOrder: Order = {
  order: [kept(0), kept(0), kept(1), kept(0), kept(1), kept(0)],
  controls: [
    [2, 4],
    [3, 5],
  ],
  acrossTime: [
    [1, 3, 1],
    [1, 5, 1],
  ],
  alone: [1, 2],
  lone: [
    [1, 3],
    [1, 5],
  ],
}

function placePairs(
  { controls, acrossTime, alone, lone }: Omit<Order, 'order'>,
  at: ReadonlyMap<number, number>,
  clients: readonly ClientIndex[],
  isLone: boolean,
): Omit<GroupComparisons, 'solo'> {
  const place = (step: number) => at.get(step) as number
  const pair = ([one, other]: readonly [number, number]) => ({ one: place(one), other: place(other) })
  if (clients.length === 0) return { controls: [], acrossTime: [], alone: [] }
  return {
    controls: (isLone ? lone : controls).map(pair),
    acrossTime: isLone
      ? []
      : acrossTime.map(([one, other, before]) => ({ ...pair([one, other]), before: clients[before] as ClientIndex })),
    alone: clients.map((client, i) => ({ client, phase: place(alone[i] as number) })),
  }
}

/** The first that can be compared, and one in the middle: in company it is neither the first nor the last. */
function chooseClients(plan: Plan, group: Group, systems: readonly System[]): SoloGroup {
  const system = systems.find(({ name }) => name === group.system) as System
  const none = (notCompared: string) => ({ group, system, clients: [], notCompared })
  const { transcript } = system
  if (!transcript) return none(`the system ${system.name} declares no transcript`)
  const members = listClients(plan, systems, group.target, ({ name }) => name === group.name)
  const fit = members.filter((client) => transcript.follow(client) !== undefined)
  if (fit.length === 0) return none('what they are told may rest on others, or on earlier runs, without any leak')
  const calm = fit.filter(({ arrival }) => !plan.faultsOf(arrival.client))
  const [first] = calm
  if (!first) return none('the scenario disturbs all of them')
  const middle = calm[Math.floor(calm.length / 2)] as PlannedClient
  const clients = [...new Set([first.arrival.client, middle.arrival.client])]
  return { group, system, clients }
}
