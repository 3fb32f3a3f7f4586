import { completeWith } from '../../../core/outcome-codes.ts'
import { type HttpOutcomeCode, httpOutcomes } from '../../../transport/http-outcomes.ts'

export { codeOfFailure, codeOfStatus } from '../../../transport/http-outcomes.ts'

/** Every way in which an operation of this system ends otherwise than well: those of HTTP, and no other. */
export type OutcomeCode = HttpOutcomeCode

export const completeOperation = completeWith(httpOutcomes)
