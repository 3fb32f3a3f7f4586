import type { CloseReason } from '../../../core/close-reason.ts'
import { abortedCode } from '../../../core/event.ts'
import { completeWith, type OutcomeCodes } from '../../../core/outcome-codes.ts'

/** Every way in which an operation of this system ends otherwise than well. */
const outcomeCodes = {
  'connect-refused': { outcome: 'failed', sentence: 'Nobody listens at the address.' },
  'connect-timeout': { outcome: 'failed', sentence: 'The connection did not stand within the limit.' },
  unreachable: { outcome: 'failed', sentence: 'The host has no such name or no route leads to it.' },
  'connection-lost': { outcome: 'indeterminate', sentence: 'The connection was reset before the answer came.' },
  'early-close': { outcome: 'indeterminate', sentence: 'The server ended the connection before it answered.' },
  'truncated-answer': { outcome: 'indeterminate', sentence: 'The connection ended within an answer.' },
  'malformed-answer': { outcome: 'indeterminate', sentence: 'What came is no answer of this dialect.' },
  'early-answer': { outcome: 'failed', sentence: 'The answer to the whole upload came before it was sent.' },
  'answer-timeout': { outcome: 'indeterminate', sentence: 'No answer came within the limit.' },
  'server-error': { outcome: 'failed', sentence: 'The server answered ERROR.' },
  'max-clients-reached': { outcome: 'limited', sentence: 'The server has no room for another client.' },
  refused: { outcome: 'limited', sentence: 'The server sent an ERROR that answers nothing, as before it closes.' },
  'results-missing': { outcome: 'failed', sentence: 'Not all result types came before the idle limit.' },
  'results-endless': { outcome: 'failed', sentence: 'More rows came as results than were uploaded.' },
  'results-unreadable': { outcome: 'failed', sentence: 'The results folder or a file in it cannot be read.' },
  [abortedCode]: { outcome: 'indeterminate', sentence: 'The run ended while the operation was under way.' },
} as const satisfies OutcomeCodes

export type OutcomeCode = keyof typeof outcomeCodes

/** The code of an operation that a connection's end cut off. `undefined`: the server ended it in the ordinary way. */
export function codeOfClose(reason: CloseReason | undefined): OutcomeCode {
  switch (reason) {
    case 'refused':
      return 'connect-refused'
    case 'connect-timeout':
    case 'unreachable':
    case 'aborted':
      return reason
    case 'abandoned':
      return 'answer-timeout'
    case 'reset':
    case 'dropped':
      return 'connection-lost'
    case 'ended':
    case 'idle-limit':
    case undefined:
      return 'early-close'
  }
}

export const completeOperation = completeWith(outcomeCodes)
