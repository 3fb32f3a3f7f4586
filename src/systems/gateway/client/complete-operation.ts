import type { Recorder } from '../../../core/client.ts'
import type { Json } from '../../../core/json.ts'
import { type OutcomeCode, outcomeCodes } from './outcome-codes.ts'

/** Records how an operation ended: well where there is no code. */
export function completeOperation(
  recorder: Recorder,
  operationId: number,
  code: OutcomeCode | undefined,
  value: Json = null,
  atMs: number = recorder.now(),
): void {
  if (code === undefined) recorder.complete(operationId, 'ok', value, { atMs })
  else recorder.complete(operationId, outcomeCodes[code].outcome, value, { atMs, errorCode: code })
}
