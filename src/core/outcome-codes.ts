import type { Recorder } from './client.ts'
import type { Outcome } from './event.ts'
import type { Json } from './json.ts'

/** A system's closed table of codes: every way in which one of its operations ends otherwise than well. */
export type OutcomeCodes<Code extends string = string> = Readonly<
  Record<Code, { readonly outcome: Exclude<Outcome, 'ok'>; readonly sentence: string }>
>

/** Makes what records how an operation ended: well where there is no code. `atMs` is now where it is not given. */
export function completeWith<Code extends string>(codes: OutcomeCodes<Code>) {
  return (
    recorder: Recorder,
    operationId: number,
    code: Code | undefined,
    value: Json = null,
    atMs: number = recorder.now(),
  ): void => {
    if (code === undefined) recorder.complete(operationId, 'ok', value, { atMs })
    else recorder.complete(operationId, codes[code].outcome, value, { atMs, errorCode: code })
  }
}
