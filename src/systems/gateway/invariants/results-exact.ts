import { createViolationLog } from '../../../check/violation-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Delivery } from '../../../core/event.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import type { OracleRules } from '../params.ts'
import type { DeliveredPart } from '../workload/event-values.ts'
import { readUploadEnd, UploadFollower } from './follow-uploads.ts'
import { ReceivedResults } from './received-results.ts'

export const resultsExact: Invariant = {
  name: 'results-exact',
  kind: 'correctness',
  sentence: "The results are what the queries yield on the client's own upload, to the last row.",
}

const resultChannels = new Set(['q1', 'q2', 'q3', 'q4'])

/**
 * Compares what came with what the upload's end says that must come. Results are complete only when the client has
 * stopped listening, so that an upload is judged when the next begins or the client has left. Result types that never
 * came are another invariant's; where collecting them broke off, what came may be a part and is not judged.
 */
export function createExactnessChecker(client: ClientIndex, rules: OracleRules): Checker {
  const violations = createViolationLog()
  const uploads = new UploadFollower()
  let received = new ReceivedResults()
  let last: Delivery | undefined
  let examined = 0
  let undecidable = 0

  function judgeCurrent(): void {
    const upload = uploads.current
    if (upload?.completion?.outcome !== 'ok' || upload.isPartial) return
    const { expected } = readUploadEnd(upload.completion.value)
    if (!expected) return
    const code = upload.results?.errorCode
    if (!upload.results || (code !== undefined && code !== 'results-missing')) {
      undecidable += received.types
      return
    }
    // Without the server's word that Q1 is whole, some of its parts may belong to what is missing.
    const comparison = received.compare(expected, rules.tolerance, code === undefined)
    examined += comparison.examined
    undecidable += received.types - comparison.types
    for (const difference of comparison.differences) {
      violations.add({
        invariant: resultsExact.name,
        kind: resultsExact.kind,
        class: difference.class,
        recipient: client,
        atMs: last?.atMs ?? upload.results.atMs,
        connection: last?.connection ?? upload.connection,
        message: `client ${client}, upload ${upload.iteration + 1}: ${difference.message}`,
        expected: difference.expected,
        received: difference.received,
      })
    }
  }

  return {
    invariant: resultsExact,
    observe(event) {
      if (event.type === 'invocation' && (event.operation === 'upload' || event.operation === 'partial-upload')) {
        judgeCurrent()
        received = new ReceivedResults()
        last = undefined
      }
      uploads.observe(event)
      if (event.type !== 'delivery' || !resultChannels.has(event.channel) || !uploads.causeOf(event)) return
      received.add(event.value as unknown as DeliveredPart)
      last = event
    },
    conclude() {
      judgeCurrent()
      return { examined, undecidable, violations: violations.list(), coverage: { answersCompared: examined } }
    },
  }
}
