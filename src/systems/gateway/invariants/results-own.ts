import { findValueMarkers } from '../../../check/find-value-markers.ts'
import { createViolationLog } from '../../../check/violation-log.ts'
import type { Cause, Checker, Conclusion, Invariant, Violation } from '../../../core/check.ts'
import type { Completion, Delivery, RunEvent } from '../../../core/event.ts'
import { deriveRunKey, type MarkerFields, type RunKey } from '../../../core/marker.ts'
import type { ClientIndex, PlannedClient } from '../../../core/plan.ts'
import { readUploadEnd } from './follow-uploads.ts'

export const resultsOwn: Invariant = {
  name: 'results-own',
  kind: 'isolation',
  sentence: 'Every result carries only the markers and the id of the client that receives it.',
  byMarkers: true,
}

const resultChannels = new Set(['q1', 'q2', 'q3', 'q4', 'results-end', 'unknown-results'])

/** Results that carry one id; the id may be the client's own when an own marker stands beside it, and none of others. */
interface SeenId {
  readonly first: Delivery
  count: number
  isOwn: boolean
}

/**
 * Ids are the server's: of the ids that one upload's results carry, the one that stood beside own markers, or in the
 * answer to the upload, is the client's own, and every other one is then somebody else's. Where nothing binds an id,
 * a single one is taken as it comes, and of two one must be wrong.
 */
export function createOwnershipChecker(client: Pick<PlannedClient, 'runId' | 'arrival'>): Checker {
  return new OwnResults(client)
}

class OwnResults implements Checker {
  readonly invariant = resultsOwn
  private readonly client: ClientIndex
  private readonly key: RunKey
  private readonly violations = createViolationLog()
  /** Ids that are proven to be the client's, with the connection on which each was issued. */
  private readonly ownIds = new Map<string, number>()
  /** Ids that the results of the current upload carry. */
  private ids = new Map<string, SeenId>()
  private cause: number | undefined
  private examined = 0
  private undecidable = 0

  constructor({ runId, arrival }: Pick<PlannedClient, 'runId' | 'arrival'>) {
    this.client = arrival.client
    this.key = deriveRunKey(runId)
  }

  observe(event: RunEvent): void {
    if (event.type === 'delivery' && resultChannels.has(event.channel)) this.judgeDelivery(event)
    else if (event.type === 'completion' && event.operation === 'upload' && event.outcome === 'ok')
      this.bindAnswer(event)
  }

  conclude(): Conclusion {
    this.concludeIds()
    const { examined, undecidable } = this
    const coverage = { deliveries: examined + undecidable, decidableDeliveries: examined }
    return { examined, undecidable, violations: this.violations.list(), coverage, issuedIds: [...this.ownIds.keys()] }
  }

  private judgeDelivery(event: Delivery): void {
    if (event.causeId === undefined) {
      this.examined++
      this.violate(event, 'results before it had sent anything', {})
      return
    }
    if (event.causeId !== this.cause) this.concludeIds()
    this.cause = event.causeId
    const markers = findValueMarkers(this.key, event.value)
    for (const marker of markers) this.judgeMarker(event, marker)
    const { clientId } = event.value as { clientId?: string }
    if (clientId !== undefined) this.noteId(clientId, event, markers)
    else if (markers.length > 0) this.examined++
    else this.undecidable++
  }

  private judgeMarker(event: Delivery, { owner, sequence, kind }: MarkerFields): void {
    if (owner === this.client || kind === 'identity') return
    if (owner === 'corrupt') this.violate(event, 'a result with a marker that was altered', { class: 'corrupt' })
    else if (owner === 'orphan') this.violate(event, 'a result of another run', { class: 'orphan' })
    else {
      const cause: Cause = { clients: [owner], proof: 'marker', message: `marker ${sequence} of client ${owner}` }
      this.violate(event, `a result of client ${owner}`, { owner, cause })
    }
  }

  private noteId(id: string, event: Delivery, markers: readonly MarkerFields[]): void {
    const seen = this.ids.get(id) ?? { first: event, count: 0, isOwn: false }
    this.ids.set(id, seen)
    seen.count++
    seen.isOwn ||= markers.length > 0 && markers.every(({ owner }) => owner === this.client)
  }

  /**
   * To be called when nothing more comes for an upload. It has one id: where own data stand beside several, a new one
   * rather than that of the upload before, and then the one that most results carry.
   */
  private concludeIds(): void {
    const bound = [...this.ids].filter(([, { isOwn }]) => isOwn)
    const isBound = bound.length > 0
    const [own] = (isBound ? bound : [...this.ids]).sort(
      ([a, seenA], [b, seenB]) => Number(this.ownIds.has(a)) - Number(this.ownIds.has(b)) || seenB.count - seenA.count,
    )
    for (const [id, seen] of this.ids) {
      if (!isBound && this.ids.size === 1) this.undecidable += seen.count
      else this.examined += seen.count
      if (id !== own?.[0]) this.judgeOtherId(id, seen.first, own?.[0] ?? '')
    }
    if (isBound && own) this.bindId(own[0], own[1].first.connection)
    this.ids = new Map()
  }

  /** An id of an earlier upload on the same connection is late, but own; on another one, it is of a session given up. */
  private judgeOtherId(id: string, event: Delivery, own: string): void {
    const issuedOn = this.ownIds.get(id)
    if (issuedOn === event.connection) return
    const what = `results with the id ${id}, though its own is ${own}`
    if (issuedOn === undefined) this.violate(event, what, { issuedId: id })
    else this.violate(event, `results of its own earlier session ${id}`, { class: 'stale-epoch', owner: this.client })
  }

  private bindAnswer({ value, connection }: Completion): void {
    const { sessionId } = readUploadEnd(value)
    if (sessionId !== undefined) this.bindId(sessionId, connection)
  }

  private bindId(id: string, connection: number): void {
    if (!this.ownIds.has(id)) this.ownIds.set(id, connection)
  }

  private violate(event: Delivery, what: string, details: Partial<Violation>): void {
    this.violations.add({
      invariant: resultsOwn.name,
      kind: resultsOwn.kind,
      class: 'foreign',
      recipient: this.client,
      atMs: event.atMs,
      connection: event.connection,
      message: `client ${this.client} received ${what} (${event.channel})`,
      received: event.value,
      ...details,
    })
  }
}
