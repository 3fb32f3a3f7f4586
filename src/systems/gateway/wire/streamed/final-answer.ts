import type { FinalAnswer } from '../dialect.ts'
import { encodeFinalText, isSessionId } from '../final-answer.ts'
import { MalformedResults } from '../result-rows.ts'

/** `OK session=<id> batches=<n> total_records=<n>`. */
export function encodeStreamedOk(sessionId: string, batches: number, records: number): Buffer {
  return encodeFinalText(`OK session=${sessionId} batches=${batches} total_records=${records}`)
}

export function encodeStreamedError(message: string): Buffer {
  return encodeFinalText(`ERROR ${message}`)
}

/** Throws `MalformedResults` where the text is neither OK with its three fields nor an ERROR. */
export function parseStreamedAnswer(text: string): FinalAnswer {
  const error = /^ERROR\b[:\s]*/.exec(text)
  if (error) return { type: 'final', ok: false, error: text.slice(error[0].length).trim(), text }
  const match = /^OK session=(\S+) batches=(\d{1,15}) total_records=(\d{1,15})\s*$/.exec(text)
  const sessionId = match?.[1] ?? ''
  if (!match) throw new MalformedResults('the answer is neither "OK session=… batches=… total_records=…" nor "ERROR …"')
  if (!isSessionId(sessionId)) throw new MalformedResults('the session id has characters that no id may have')
  return { type: 'final', ok: true, sessionId, batches: Number(match[2]), records: Number(match[3]), text }
}
