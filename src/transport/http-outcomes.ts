import { abortedCode } from '../core/event.ts'
import type { OutcomeCodes } from '../core/outcome-codes.ts'
import type { HttpFailure } from './http-exchange.ts'

/** Every way in which a request over HTTP ends otherwise than well, for the tables of the systems that send some. */
export const httpOutcomes = {
  'connect-refused': { outcome: 'failed', sentence: 'Nobody listens at the address.' },
  'connect-timeout': { outcome: 'failed', sentence: 'The connection did not stand within the limit.' },
  unreachable: { outcome: 'failed', sentence: 'The host has no such name or no route leads to it.' },
  unsent: { outcome: 'failed', sentence: 'The connection was lost before the request was written.' },
  'connection-lost': { outcome: 'indeterminate', sentence: 'The connection was reset before the answer was complete.' },
  'early-close': { outcome: 'indeterminate', sentence: 'The server ended the connection before it had answered.' },
  'answer-timeout': { outcome: 'indeterminate', sentence: 'No whole answer came within the limit.' },
  'malformed-answer': { outcome: 'indeterminate', sentence: 'What came is no answer of this protocol.' },
  refused: { outcome: 'failed', sentence: 'The server answered with a 4xx status, or said that it refuses.' },
  'server-error': { outcome: 'failed', sentence: 'The server answered with a 5xx status.' },
  'rate-limited': { outcome: 'limited', sentence: 'The server answered 429: too many requests from this address.' },
  busy: { outcome: 'limited', sentence: 'The server answered 503: it has no room at present.' },
  [abortedCode]: { outcome: 'indeterminate', sentence: 'The run ended while the operation was under way.' },
} as const satisfies OutcomeCodes

export type HttpOutcomeCode = keyof typeof httpOutcomes

const codesOfFailures: Readonly<Record<HttpFailure, HttpOutcomeCode>> = {
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

export const codeOfFailure = (failure: HttpFailure): HttpOutcomeCode => codesOfFailures[failure]

/** Undefined where the server was content. */
export function codeOfStatus(status: number): HttpOutcomeCode | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status === 429) return 'rate-limited'
  if (status === 503) return 'busy'
  if (status >= 400 && status < 500) return 'refused'
  return status >= 500 ? 'server-error' : 'malformed-answer'
}
