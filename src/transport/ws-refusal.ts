import type { IncomingMessage } from 'node:http'
import { readRetryAfter } from './retry-after.ts'

/** A server's answer to an upgrade that it does not grant. */
export interface WsRefusal {
  /** HTTP status. */
  readonly status: number
  /** The beginning of the body. */
  readonly text: string
  /** Where the server says when to come again. */
  readonly retryAfterMs?: number
}

const textLimit = 4096

/** Resolves when the answer is complete, or its connection is lost. */
export function readRefusal(response: IncomingMessage): Promise<WsRefusal> {
  const retryAfterMs = readRetryAfter(response.headers['retry-after'])
  const status = response.statusCode ?? 0
  let text = ''
  response.setEncoding('utf8')
  response.on('data', (piece: string) => {
    if (text.length < textLimit) text = (text + piece).slice(0, textLimit)
  })
  response.on('error', () => {})
  return new Promise((resolve) => {
    response.once('close', () => resolve({ status, text, ...(retryAfterMs !== undefined && { retryAfterMs }) }))
  })
}
