import type { IncomingMessage } from 'node:http'
import { decodeBody, readCoding } from './decode-body.ts'
import { followResponse } from './follow-response.ts'
import type { TellContent } from './frame-reader.ts'
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
export function readRefusal(response: IncomingMessage, tell: TellContent): Promise<WsRefusal> {
  const { headers, statusCode: status = 0 } = response
  const retryAfterMs = readRetryAfter(headers['retry-after'])
  const pieces: Buffer[] = []
  followResponse(response, tell)
  response.on('data', (piece: Buffer) => {
    if (pieces.length < textLimit) pieces.push(piece)
  })
  response.on('error', () => {})
  return new Promise((resolve) => {
    response.once('close', () => {
      const body = Buffer.concat(pieces)
      const coding = readCoding(headers['content-encoding'], undefined)
      const text = (coding ? (decodeBody(body, coding) ?? body) : body).toString().slice(0, textLimit)
      resolve({ status, text, ...(retryAfterMs !== undefined && { retryAfterMs }) })
    })
  })
}
