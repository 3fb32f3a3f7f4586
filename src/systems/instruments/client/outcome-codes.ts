import type { CloseReason } from '../../../core/close-reason.ts'
import { abortedCode } from '../../../core/event.ts'
import { completeWith, type OutcomeCodes } from '../../../core/outcome-codes.ts'

/** Every way in which an operation of this system ends otherwise than well. */
const outcomeCodes = {
  'connect-refused': { outcome: 'failed', sentence: 'Nobody listens at the address.' },
  'connect-timeout': { outcome: 'failed', sentence: 'The connection did not stand within the limit.' },
  unreachable: { outcome: 'failed', sentence: 'The host has no such name or no route leads to it.' },
  refused: { outcome: 'failed', sentence: 'The server refused the connection.' },
  rejected: {
    outcome: 'failed',
    sentence: 'The server went on rejecting an agent whose earlier connection had ended.',
  },
  'connection-lost': { outcome: 'indeterminate', sentence: 'The connection ended before the answer came.' },
  'answer-timeout': { outcome: 'indeterminate', sentence: 'No answer came within the limit.' },
  [abortedCode]: {
    outcome: 'indeterminate',
    sentence: 'The run ended, or the client left on purpose, while the operation was under way.',
  },
} as const satisfies OutcomeCodes

export type OutcomeCode = keyof typeof outcomeCodes

/** How connecting failed. */
export function codeOfReason(reason: CloseReason): OutcomeCode {
  if (reason === 'refused') return 'connect-refused'
  if (reason === 'connect-timeout' || reason === 'unreachable') return reason
  return reason === 'aborted' ? abortedCode : 'connection-lost'
}

export const completeOperation = completeWith(outcomeCodes)
