import { createViolationLog } from '../../../check/violation-log.ts'
import type { Checker, Invariant, ViolationClass } from '../../../core/check.ts'
import type { Completion, Delivery } from '../../../core/event.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { type DeliveredPart, type ResultsEnd, type ResultType, resultTypes, typesOf } from '../workload/event-values.ts'
import { readUploadEnd, UploadFollower } from './follow-uploads.ts'

export const resultsComplete: Invariant = {
  name: 'results-complete',
  kind: 'loss',
  sentence: 'Each query of an upload is answered once.',
}

const resultChannels = new Set(['q1', 'q2', 'q3', 'q4'])

/**
 * Missing is what did not come before the idle limit, or what the server itself says is missing; all of it where a
 * whole upload was sent and the one answer to it did not come in time. Where the connection
 * was lost or the run ended before, nothing is known. Q1 may come in parts, so that only a part that comes again is a
 * duplicate; every other result type comes once.
 */
export function createCompletenessChecker(client: ClientIndex): Checker {
  const violations = createViolationLog()
  const uploads = new UploadFollower()
  let seen = new Set<string>()
  let seenOf: number | undefined
  let examined = 0
  let undecidable = 0

  const violate = (event: Completion | Delivery, type: ViolationClass, what: string) =>
    violations.add({
      invariant: resultsComplete.name,
      kind: resultsComplete.kind,
      class: type,
      recipient: client,
      atMs: event.atMs,
      connection: event.connection,
      message: `client ${client}, upload ${(uploads.current?.iteration ?? 0) + 1}: ${what}`,
      received: event.value,
    })

  function judgeEnd(event: Completion): void {
    const { missing } = event.value as unknown as ResultsEnd
    examined += resultTypes.length - missing.length
    if (event.errorCode !== undefined && event.errorCode !== 'results-missing') {
      undecidable += missing.length
      return
    }
    examined += missing.length
    for (const type of missing) violate(event, 'lost', `${describe(type)} never came`)
  }

  function judgeAnswer(event: Completion): void {
    if (event.errorCode !== 'answer-timeout' || !readUploadEnd(event.value).isSent) return
    examined += resultTypes.length
    violate(event, 'lost', 'the answer never came, and no results with it')
  }

  function judgePart(event: Delivery): void {
    const part = event.value as unknown as DeliveredPart
    if (seenOf !== event.causeId) {
      seenOf = event.causeId
      seen = new Set()
    }
    for (const key of keysOf(part)) {
      if (seen.has(key)) violate(event, 'duplicate', `${describe(typesOf(part)[0] as ResultType)} came twice`)
      seen.add(key)
    }
  }

  return {
    invariant: resultsComplete,
    observe(event) {
      uploads.observe(event)
      if (event.type === 'completion' && event.operation === 'results') judgeEnd(event)
      if (event.type === 'completion' && event.operation === 'upload') judgeAnswer(event)
      if (event.type === 'delivery' && resultChannels.has(event.channel) && uploads.causeOf(event)) judgePart(event)
    },
    conclude: () => ({ examined, undecidable, violations: violations.list() }),
  }
}

/** What tells one part of the results from another. Parts of Q1 without rows are alike and say nothing. */
function keysOf(part: DeliveredPart): readonly string[] {
  if (part.query !== 'q1') return typesOf(part)
  const { count, sum, hash } = part.digest
  return count === 0 ? [] : [`q1 ${count} ${sum} ${hash}`]
}

const describe = (type: ResultType) => type.replace(/^q(\d)-?/, (_, query) => `Q${query} `).trim()
