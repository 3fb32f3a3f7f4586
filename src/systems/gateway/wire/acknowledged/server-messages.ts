import { Backlog } from '../backlog.ts'
import { readU32 } from '../byte-reader.ts'
import type { ServerMessage, ServerMessageDecoder } from '../dialect.ts'
import { excerptBytes } from '../excerpt.ts'
import { readResultLine } from './result-lines.ts'

const okAnswer = Buffer.from('0000000800000000', 'hex')
const errorAnswer = Buffer.from('0000000800000001', 'hex')
const openBrace = 0x7b
const newline = 0x0a

/** The answer to one frame. The same bytes each time: nobody may change them. */
export function encodeAnswer(ok: boolean): Buffer {
  return ok ? okAnswer : errorAnswer
}

/**
 * Answers begin with a zero byte and result lines with a brace, so that each message tells what it is: results that
 * come before the last answer are read as what they are.
 */
export class AcknowledgedMessageDecoder implements ServerMessageDecoder {
  private readonly maxMessageBytes: number
  private readonly backlog = new Backlog()
  /** How much of the backlog is known to hold no newline. */
  private searched = 0
  private stopped = false

  constructor(limits: { readonly maxMessageBytes: number }) {
    this.maxMessageBytes = limits.maxMessageBytes
  }

  get pendingBytes(): number {
    return this.backlog.length
  }

  push(chunk: Uint8Array): readonly ServerMessage[] {
    if (this.stopped) return []
    const bytes = this.backlog.join(chunk)
    const messages: ServerMessage[] = []
    let at = 0
    while (!this.stopped && at < bytes.length) {
      const read = bytes[at] === 0 ? this.readAnswer(bytes, at) : this.readLine(bytes, at)
      if (!read) break
      if (read.message) messages.push(read.message)
      at = read.end
    }
    this.backlog.keep(bytes, this.stopped ? bytes.length : at)
    return messages
  }

  private readAnswer(bytes: Buffer, at: number): Read | undefined {
    if (bytes.length - at < 8) return undefined
    const size = readU32(bytes, at)
    const code = readU32(bytes, at + 4)
    const end = at + 8
    if (size === 8 && code <= 1) return { end, message: { type: 'answer', ok: code === 0 } }
    const reason = size === 8 ? `an answer has code ${code}, neither 0 nor 1` : `an answer has ${size} bytes, not 8`
    return { end, message: this.refuse(reason, bytes.subarray(at)) }
  }

  private readLine(bytes: Buffer, at: number): Read | undefined {
    const first = bytes[at] as number
    if (first === newline || first === 0x0d || first === 0x20) return { end: at + 1 }
    if (first !== openBrace)
      return { end: bytes.length, message: this.refuse('neither an answer nor a line of JSON', bytes.subarray(at)) }
    const found = bytes.indexOf(newline, at + this.searched)
    const length = (found < 0 ? bytes.length : found) - at
    if (length > this.maxMessageBytes) {
      const reason = `a line is longer than the limit of ${this.maxMessageBytes} bytes`
      return { end: bytes.length, message: this.refuse(reason, bytes.subarray(at)) }
    }
    this.searched = found < 0 ? length : 0
    return found < 0 ? undefined : { end: found + 1, message: readResultLine(bytes.subarray(at, found)) }
  }

  private refuse(reason: string, bytes: Uint8Array): ServerMessage {
    this.stopped = true
    return { type: 'malformed', reason, excerpt: excerptBytes(bytes) }
  }
}

interface Read {
  readonly end: number
  readonly message?: ServerMessage
}
