import { createViolationLog } from '../../../check/violation-log.ts'
import type { Checker, Invariant, ViolationClass } from '../../../core/check.ts'
import type { Completion, RunEvent } from '../../../core/event.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { readUploadEnd } from './follow-uploads.ts'

export const answersPaired: Invariant = {
  name: 'answers-paired',
  kind: 'correctness',
  sentence: 'What the client sends is answered once, by an answer that fits.',
}

const answeredOperations = new Set(['batch', 'end-of-kind', 'duplicate-end', 'session-reset', 'upload'])
/** Codes of operations to which an answer came. */
const answeredCodes = new Set<string | undefined>([undefined, 'server-error', 'max-clients-reached'])

/**
 * Judges by what is left over: a client has one frame under way at a time, so that an answer too many shows sooner or
 * later as one that nobody asked for. An ERROR that answers nothing is how a server refuses before it closes, and only
 * wrong when the conversation goes on after it. A missing answer is an operation that failed, not judged here.
 */
export function createAnswersChecker(client: ClientIndex): Checker {
  const violations = createViolationLog()
  const refusedAtMs = new Map<number, number>()
  let examined = 0
  let undecidable = 0

  const violate = (event: RunEvent & { connection: number }, type: ViolationClass, what: string, atMs = event.atMs) =>
    violations.add({
      invariant: answersPaired.name,
      kind: answersPaired.kind,
      class: type,
      recipient: client,
      atMs,
      connection: event.connection,
      message: `client ${client} ${what} on connection ${event.connection}`,
      ...('value' in event && { received: event.value }),
    })

  function judgeCompletion(event: Completion): void {
    if (event.operation === 'refusal') {
      refusedAtMs.set(event.connection, event.atMs)
      return
    }
    if (!answeredOperations.has(event.operation)) return
    if (!answeredCodes.has(event.errorCode)) {
      undecidable++
      return
    }
    examined++
    const refused = refusedAtMs.get(event.connection)
    if (refused !== undefined) {
      refusedAtMs.delete(event.connection)
      violate(
        event,
        'duplicate',
        'received an ERROR that no frame had asked for, and answers went on after it',
        refused,
      )
    }
    if (event.operation === 'upload') judgeCounts(event)
  }

  function judgeCounts(event: Completion): void {
    const { rows, answeredRows } = readUploadEnd(event.value)
    if (answeredRows === undefined || answeredRows === rows) return
    const type = answeredRows < rows ? 'lost' : 'wrong'
    violate(event, type, `sent ${rows} rows, of which the server says that they were ${answeredRows},`)
  }

  return {
    invariant: answersPaired,
    observe(event) {
      if (event.type === 'completion') judgeCompletion(event)
      if (event.type !== 'delivery') return
      if (event.channel === 'unasked-answer')
        violate(event, 'duplicate', 'received an answer that it had not asked for')
      if (event.channel === 'malformed') violate(event, 'wrong', 'received what is no message of the protocol')
    },
    conclude: () => ({ examined, undecidable, violations: violations.list() }),
  }
}
