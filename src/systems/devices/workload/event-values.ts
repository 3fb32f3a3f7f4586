import type { Json } from '../../../core/json.ts'

/*
 * What the events of this system carry: written by the client, read by the invariants.
 */

/** Of any completion to which an answer came. A refusal, or what is no answer of the protocol, has `text` instead of its fields. */
export interface AnswerValue {
  readonly status: number
  readonly text?: string
  /** All devices that the answer names, in whatever field. */
  readonly names?: readonly string[]
}

export interface RegisteredValue extends AnswerValue {
  readonly clientId: string
  readonly model: string
}

export interface DecidedValue extends AnswerValue {
  readonly layer: number
  /** The model that was decided for, where the server says it. */
  readonly model?: string
  /** A model that the server suggests instead of the assigned one. */
  readonly suggestedModel?: string
}

/** Of the completion of `report`: what the server says of its transfer, where it says it. */
export interface ReportedValue extends AnswerValue {
  readonly transferSeconds?: number
}

/** Of the invocation of `report`, and of `repeated-report`, which is the same once more: the times follow from the plan. */
export interface ReportValue {
  readonly round: number
  readonly model: string
  /** The last of the layers whose times are in it; -1: all of them. */
  readonly layer: number
  readonly bytes: number
}

/** The answer of a completion; undefined where none came. */
export function readAnswer<Answer extends AnswerValue>(value: Json): Answer | undefined {
  const isAnswer = typeof value === 'object' && value !== null && 'status' in value
  return isAnswer ? (value as unknown as Answer) : undefined
}
