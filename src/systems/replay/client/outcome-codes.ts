import { completeWith, type OutcomeCodes } from '../../../core/outcome-codes.ts'
import { httpOutcomes } from '../../../transport/http-outcomes.ts'

export { codeOfFailure, codeOfStatus } from '../../../transport/http-outcomes.ts'

/** Every way in which an operation of this system ends otherwise than well. */
const outcomeCodes = {
  ...httpOutcomes,
  unsent: { outcome: 'failed', sentence: 'The connection was lost before the request or message was written.' },
  refused: {
    outcome: 'failed',
    sentence: 'The server answered with a 4xx status, or with an error, or closed the stream and said why.',
  },
  'history-timeout': {
    outcome: 'indeterminate',
    sentence:
      'The stream stood, and neither a history nor a snapshot came within the limit ("history: false" where none do).',
  },
  'settle-timeout': {
    outcome: 'indeterminate',
    sentence: 'The snapshot at which the session was paused did not come within the limit.',
  },
} as const satisfies OutcomeCodes

export type OutcomeCode = keyof typeof outcomeCodes

export const completeOperation = completeWith(outcomeCodes)
