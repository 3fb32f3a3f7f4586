import { createViolationLog } from '../../../check/violation-log.ts'
import type { Cause, Checker, Invariant, Violation } from '../../../core/check.ts'
import type { Completion, Delivery } from '../../../core/event.ts'
import { deriveRunKey, type MarkerFields } from '../../../core/marker.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import { findMarkers } from './find-markers.ts'
import { readUploadEnd } from './follow-uploads.ts'

export const resultsOwn: Invariant = {
  name: 'results-own',
  kind: 'isolation',
  sentence: 'Every result carries only the markers and the id of the client that receives it.',
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
export function createOwnershipChecker({ runId, arrival }: Pick<PlannedClient, 'runId' | 'arrival'>): Checker {
  const { client } = arrival
  const key = deriveRunKey(runId)
  const violations = createViolationLog()
  const ownIds = new Set<string>()
  let ids = new Map<string, SeenId>()
  let cause: number | undefined
  let examined = 0
  let undecidable = 0

  function violate(event: Delivery, what: string, details: Partial<Violation>): void {
    violations.add({
      invariant: resultsOwn.name,
      kind: resultsOwn.kind,
      class: 'foreign',
      recipient: client,
      atMs: event.atMs,
      connection: event.connection,
      message: `client ${client} received ${what} (${event.channel})`,
      received: event.value,
      ...details,
    })
  }

  function judgeMarkers(event: Delivery, markers: readonly MarkerFields[]): void {
    for (const { owner, sequence, kind } of markers) {
      if (owner === client || kind === 'identity') continue
      if (owner === 'corrupt') violate(event, 'a result with a marker that was altered', { class: 'corrupt' })
      else if (owner === 'orphan') violate(event, 'a result of another run', { class: 'orphan' })
      else {
        const proof: Cause = { clients: [owner], proof: 'marker', message: `marker ${sequence} of client ${owner}` }
        violate(event, `a result of client ${owner}`, { owner, cause: proof })
      }
    }
  }

  function judgeDelivery(event: Delivery): void {
    if (event.causeId === undefined) {
      examined++
      violate(event, 'results before it had sent anything', {})
      return
    }
    if (event.causeId !== cause) concludeIds()
    cause = event.causeId
    const markers = findMarkers(key, event.value)
    const isOwn = markers.some(({ owner }) => owner === client)
    judgeMarkers(event, markers)
    const { clientId } = event.value as { clientId?: string }
    if (clientId !== undefined) {
      const seen = ids.get(clientId) ?? { first: event, count: 0, isOwn: false }
      ids.set(clientId, seen)
      seen.count++
      seen.isOwn ||= isOwn && markers.every(({ owner }) => owner === client)
    } else if (markers.length > 0) examined++
    else undecidable++
  }

  /**
   * To be called when nothing more comes for an upload. It has one id: where own data stand beside several, the one
   * that most results carry.
   */
  function concludeIds(): void {
    const bound = [...ids].filter(([, { isOwn }]) => isOwn)
    const isBound = bound.length > 0
    const [own] = (isBound ? bound : [...ids]).sort(([, a], [, b]) => b.count - a.count)[0] ?? []
    if (isBound && own !== undefined) ownIds.add(own)
    for (const [id, seen] of ids) {
      if (!isBound && ids.size === 1) undecidable += seen.count
      else examined += seen.count
      if (id !== own) violate(seen.first, `results with the id ${id}, though its own is ${own}`, { issuedId: id })
    }
    ids = new Map()
  }

  function bindAnswer({ value }: Completion): void {
    const { sessionId } = readUploadEnd(value)
    if (sessionId !== undefined) ownIds.add(sessionId)
  }

  return {
    invariant: resultsOwn,
    observe(event) {
      if (event.type === 'delivery' && resultChannels.has(event.channel)) judgeDelivery(event)
      else if (event.type === 'completion' && event.operation === 'upload' && event.outcome === 'ok') bindAnswer(event)
    },
    conclude() {
      concludeIds()
      return { examined, undecidable, violations: violations.list(), issuedIds: [...ownIds] }
    },
  }
}
