import { createViolationLog } from '../../../check/violation-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Delivery } from '../../../core/event.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { uploadOrder } from '../workload/upload-source.ts'
import { UploadFollower } from './follow-uploads.ts'

export const noEarlyResults: Invariant = {
  name: 'no-early-results',
  kind: 'correctness',
  sentence: 'No result comes before the client has ended its own upload.',
}

const resultChannels = new Set(['q1', 'q2', 'q3', 'q4', 'results-end', 'unknown-results'])

/**
 * An upload has ended when the client has sent the last end of a kind: the server may answer that end after the first
 * results. Where ends are not answered, an upload has ended with its only answer, because the client reads no results
 * before. Examines the uploads that were ended, and every result that came too early.
 */
export function createEarlyResultsChecker(client: ClientIndex): Checker {
  const violations = createViolationLog()
  const uploads = new UploadFollower()
  /** Ids that results carried after an upload on the same connection: more of them is late, not early. */
  const idsOnConnection = new Map<string, number>()
  let ended = 0
  let early = 0

  function violate(atMs: number, connection: number, what: string, received?: Delivery['value']): void {
    early++
    violations.add({
      invariant: noEarlyResults.name,
      kind: noEarlyResults.kind,
      class: 'wrong',
      recipient: client,
      atMs,
      connection,
      message: `client ${client} received ${what} before it had ended its upload`,
      ...(received !== undefined && { received }),
    })
  }

  return {
    invariant: noEarlyResults,
    observe(event) {
      uploads.observe(event)
      if (event.type === 'completion' && event.operation === 'upload') {
        if (event.outcome === 'ok') ended++
        if (event.errorCode === 'early-answer') violate(event.atMs, event.connection, 'the answer', event.value)
      }
      if (event.type !== 'delivery' || !resultChannels.has(event.channel)) return
      const upload = uploads.causeOf(event)
      if (!upload) return
      const { clientId } = event.value as { clientId?: string }
      const isDue = upload.completion?.outcome === 'ok' || upload.endedKinds.size === uploadOrder.length
      if (isDue && clientId !== undefined) idsOnConnection.set(clientId, event.connection)
      if (isDue || (clientId !== undefined && idsOnConnection.get(clientId) === event.connection)) return
      violate(event.atMs, event.connection, `results (${event.channel})`, event.value)
    },
    conclude: () => ({ examined: ended + early, undecidable: 0, violations: violations.list() }),
  }
}
