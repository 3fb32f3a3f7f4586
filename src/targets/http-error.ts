import type { Json, JsonObject } from '../core/json.ts'

/** What a server answers: a status and a JSON body. */
export interface HttpReply {
  readonly status: number
  readonly body: Json
  /** Besides those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A request that is refused. The answer is `{error: code, message, …fields}`. */
export class HttpError extends Error {
  readonly status: number
  readonly code: string
  readonly fields: JsonObject

  constructor(status: number, code: string, message: string, fields: JsonObject = {}) {
    super(message)
    this.name = 'HttpError'
    this.status = status
    this.code = code
    this.fields = fields
  }

  toReply(): HttpReply {
    return { status: this.status, body: { error: this.code, message: this.message, ...this.fields } }
  }
}
