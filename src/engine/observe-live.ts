import { violationsFound } from '../check/violation-log.ts'
import type { InvariantKind, Violation, ViolationClass } from '../core/check.ts'
import type { Observer, RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'

/** Rows and columns of the matrix at most: for more clients, neighbours share a cell. */
const maxCells = 16

/** So many events of the watched client are kept. */
const maxWatched = 12

/** Violations of one invariant and class in one group so far. */
export interface LiveFinding {
  readonly group: string
  readonly invariant: string
  readonly kind: InvariantKind
  readonly class: ViolationClass
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  /** What the latest of them says. */
  readonly message: string
}

/** Who was reached by whose data. `perCell` neighbouring clients share a cell; arrays add up over threads. */
export interface LiveMatrix {
  readonly cells: number
  readonly perCell: number
  /** Answers and deliveries by cell of the client that got them. */
  readonly reached: Uint32Array
  /** Violations that name an owner, by owner's cell × `cells` + recipient's. */
  readonly leaks: Uint32Array
}

export interface WatchedClient {
  readonly client: ClientIndex
  /** The latest events since it is watched, oldest first. */
  readonly events: readonly RunEvent[]
}

/** What those who watch a run see of it besides figures. */
export interface LiveView {
  readonly findings: readonly LiveFinding[]
  readonly matrix: LiveMatrix
  readonly watched: WatchedClient | undefined
}

export interface LiveObserver extends Observer {
  watch(client: ClientIndex | undefined): void
  snapshot(): LiveView
  stop(): void
}

/**
 * Follows one shard for those who watch. `groupOf` is undefined for clients of other shards, whose violations may be
 * told in the same thread.
 */
export function observeLive(clients: number, groupOf: (client: ClientIndex) => string | undefined): LiveObserver {
  const findings = new Map<string, LiveFinding>()
  const perCell = Math.max(1, Math.ceil(clients / maxCells))
  const cells = Math.max(1, Math.ceil(clients / perCell))
  const reached = new Uint32Array(cells)
  const leaks = new Uint32Array(cells * cells)
  const cellOf = (client: ClientIndex) => Math.floor(client / perCell)
  let watched: ClientIndex | undefined
  let events: RunEvent[] = []

  const take = (message: unknown) => {
    const violation = message as Violation
    const group = violation.recipient === undefined ? undefined : groupOf(violation.recipient)
    if (group === undefined) return
    addFinding(findings, describeFound(violation, group))
    const { owner, recipient } = violation
    if (owner !== undefined && recipient !== undefined && owner !== recipient) {
      const cell = cellOf(owner) * cells + cellOf(recipient)
      leaks[cell] = (leaks[cell] ?? 0) + 1
    }
  }
  violationsFound.subscribe(take)

  return {
    observe(event) {
      if (event.type === 'delivery' || (event.type === 'completion' && event.outcome === 'ok')) {
        const cell = cellOf(event.client)
        reached[cell] = (reached[cell] ?? 0) + 1
      }
      if (event.client !== watched) return
      events.push(event)
      if (events.length > maxWatched) events.shift()
    },
    watch(client) {
      watched = client
      events = []
    },
    snapshot: () => ({
      findings: [...findings.values()],
      matrix: { cells, perCell, reached: reached.slice(), leaks: leaks.slice() },
      watched: watched === undefined || groupOf(watched) === undefined ? undefined : { client: watched, events },
    }),
    stop: () => violationsFound.unsubscribe(take),
  }
}

function describeFound({ invariant, kind, class: type, message, atMs }: Violation, group: string): LiveFinding {
  return { group, invariant, kind, class: type, count: 1, firstMs: atMs, lastMs: atMs, message }
}

/** Alike ones are one, with what the last one says. */
function addFinding(findings: Map<string, LiveFinding>, finding: LiveFinding): void {
  const key = `${finding.group} ${finding.invariant} ${finding.class}`
  const known = findings.get(key)
  if (!known) {
    findings.set(key, finding)
    return
  }
  const [count, firstMs] = [known.count + finding.count, Math.min(known.firstMs, finding.firstMs)]
  findings.set(key, { ...finding, count, firstMs })
}

/** Joins the views of all threads. */
export function mergeLiveViews(views: readonly LiveView[]): LiveView {
  const findings = new Map<string, LiveFinding>()
  const inOrder = views.flatMap((view) => view.findings).toSorted((a, b) => a.lastMs - b.lastMs)
  for (const finding of inOrder) addFinding(findings, finding)
  return {
    findings: [...findings.values()].sort((a, b) => b.lastMs - a.lastMs),
    matrix: views.map(({ matrix }) => matrix).reduce(addMatrices),
    watched: views.find(({ watched }) => watched)?.watched,
  }
}

function addMatrices(one: LiveMatrix, other: LiveMatrix): LiveMatrix {
  const add = (a: Uint32Array, b: Uint32Array) => a.map((count, i) => count + (b[i] ?? 0))
  return { ...one, reached: add(one.reached, other.reached), leaks: add(one.leaks, other.leaks) }
}
