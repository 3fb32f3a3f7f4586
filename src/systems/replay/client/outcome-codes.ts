import { abortedCode } from '../../../core/event.ts'
import { completeWith, type OutcomeCodes } from '../../../core/outcome-codes.ts'
import type { HttpFailure } from '../../../transport/http-exchange.ts'

/** Every way in which an operation of this system ends otherwise than well. */
const outcomeCodes = {
  'connect-refused': { outcome: 'failed', sentence: 'Nobody listens at the address.' },
  'connect-timeout': { outcome: 'failed', sentence: 'The connection did not stand within the limit.' },
  unreachable: { outcome: 'failed', sentence: 'The host has no such name or no route leads to it.' },
  unsent: { outcome: 'failed', sentence: 'The connection was lost before the request or message was written.' },
  'connection-lost': { outcome: 'indeterminate', sentence: 'The connection was reset before the answer was complete.' },
  'early-close': { outcome: 'indeterminate', sentence: 'The server ended the connection before it had answered.' },
  'answer-timeout': { outcome: 'indeterminate', sentence: 'No whole answer came within the limit.' },
  'history-timeout': {
    outcome: 'indeterminate',
    sentence:
      'The stream stood, and neither a history nor a snapshot came within the limit ("history: false" where none do).',
  },
  'settle-timeout': {
    outcome: 'indeterminate',
    sentence: 'The snapshot at which the session was paused did not come within the limit.',
  },
  'malformed-answer': { outcome: 'indeterminate', sentence: 'What came is no answer of this protocol.' },
  refused: {
    outcome: 'failed',
    sentence: 'The server answered with a 4xx status, or with an error, or closed the stream and said why.',
  },
  'server-error': { outcome: 'failed', sentence: 'The server answered with a 5xx status.' },
  'rate-limited': { outcome: 'limited', sentence: 'The server answered 429: too many requests from this address.' },
  busy: { outcome: 'limited', sentence: 'The server answered 503: it has no room at present.' },
  [abortedCode]: { outcome: 'indeterminate', sentence: 'The run ended while the operation was under way.' },
} as const satisfies OutcomeCodes

export type OutcomeCode = keyof typeof outcomeCodes

const codesOfFailures: Readonly<Record<HttpFailure, OutcomeCode>> = {
  refused: 'connect-refused',
  'connect-timeout': 'connect-timeout',
  unreachable: 'unreachable',
  unsent: 'unsent',
  reset: 'connection-lost',
  dropped: 'connection-lost',
  ended: 'early-close',
  'idle-limit': 'early-close',
  abandoned: 'answer-timeout',
  'request-timeout': 'answer-timeout',
  malformed: 'malformed-answer',
  aborted: 'aborted',
}

export const codeOfFailure = (failure: HttpFailure): OutcomeCode => codesOfFailures[failure]

/** Undefined where the server was content. */
export function codeOfStatus(status: number): OutcomeCode | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status === 429) return 'rate-limited'
  if (status === 503) return 'busy'
  if (status >= 400 && status < 500) return 'refused'
  return status >= 500 ? 'server-error' : 'malformed-answer'
}

export const completeOperation = completeWith(outcomeCodes)
