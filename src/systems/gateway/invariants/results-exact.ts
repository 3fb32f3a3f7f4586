import { AnswerTally } from '../../../check/answer-tally.ts'
import { createViolationLog } from '../../../check/violation-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Delivery } from '../../../core/event.ts'
import { hash32 } from '../../../core/hash.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import type { OracleRules } from '../params.ts'
import type { DeliveredPart } from '../workload/event-values.ts'
import type { Difference } from './difference.ts'
import { type FollowedUpload, readUploadEnd, UploadFollower } from './follow-uploads.ts'
import { type Comparison, ReceivedResults } from './received-results.ts'

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
  const answers = new AnswerTally()
  let examined = 0
  let undecidable = 0

  function judgeCurrent(): void {
    const upload = uploads.current
    if (upload?.completion?.outcome !== 'ok' || upload.isPartial) return
    const { expected } = readUploadEnd(upload.completion.value)
    if (!expected) return
    const code = upload.results?.errorCode
    if (!upload.results || (code !== undefined && code !== 'results-missing')) {
      undecidable += received.answered
      return
    }
    // Where result types are missing, parts of Q1 may be missing, too.
    const comparisons = received.compare(expected, rules.tolerance, code === undefined)
    undecidable += received.answered - comparisons.length
    for (const comparison of comparisons) {
      examined += comparison.examined
      answers.add(() => hash32(JSON.stringify(comparison.expected)), comparison.examined)
      if (comparison.differences.length > 0) violate(upload, comparison)
    }
  }

  /** One violation for each query, so that whoever looks for the cause has all of its rows. */
  function violate(upload: FollowedUpload, { query, differences, ...rows }: Comparison): void {
    const [first] = differences as [Difference]
    const more = differences.length > 1 ? `; and ${differences.length - 1} more differences` : ''
    violations.add({
      invariant: resultsExact.name,
      kind: resultsExact.kind,
      class: differences.every((one) => one.class === first.class) ? first.class : 'wrong',
      recipient: client,
      atMs: last?.atMs ?? upload.results?.atMs ?? 0,
      connection: last?.connection ?? upload.connection,
      message: `client ${client}, upload ${upload.iteration + 1}: ${first.message}${more}`,
      expected: { query, iteration: upload.iteration, answer: rows.expected },
      received: { query, iteration: upload.iteration, answer: rows.received },
    })
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
      return { examined, undecidable, violations: violations.list(), ...answers.conclude() }
    },
  }
}
