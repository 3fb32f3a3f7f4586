import { Backlog } from './backlog.ts'
import { readU32 } from './byte-reader.ts'
import type { FinalAnswer, ServerMessage, ServerMessageDecoder } from './dialect.ts'
import { excerptBytes } from './excerpt.ts'
import { MalformedResults } from './result-rows.ts'

/** `length u32 | UTF-8`: how both dialects that answer once write their answer. */
export function encodeFinalText(text: string): Buffer {
  const size = Buffer.byteLength(text)
  const bytes = Buffer.allocUnsafe(4 + size)
  bytes.writeUInt32BE(size, 0)
  bytes.write(text, 4)
  return bytes
}

/** Session ids become file names and log fields. */
export function isSessionId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text)
}

/** Reads final answers; a server that answers twice is read twice. `parse` throws `MalformedResults`. */
export class FinalAnswerDecoder implements ServerMessageDecoder {
  private readonly parse: (text: string) => FinalAnswer
  private readonly maxMessageBytes: number
  private readonly backlog = new Backlog()
  private stopped = false

  constructor(parse: (text: string) => FinalAnswer, limits: { readonly maxMessageBytes: number }) {
    this.parse = parse
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
    while (bytes.length - at >= 4) {
      const size = readU32(bytes, at)
      if (size > this.maxMessageBytes) {
        messages.push(this.refuse(size, bytes.subarray(at)))
        at = bytes.length
      } else if (bytes.length - at - 4 < size) break
      else {
        messages.push(this.read(bytes.subarray(at + 4, at + 4 + size)))
        at += 4 + size
      }
    }
    this.backlog.keep(bytes, at)
    return messages
  }

  private read(bytes: Buffer): ServerMessage {
    try {
      return this.parse(bytes.toString('utf8'))
    } catch (error) {
      if (!(error instanceof MalformedResults)) throw error
      return { type: 'malformed', reason: error.message, excerpt: excerptBytes(bytes) }
    }
  }

  private refuse(size: number, bytes: Uint8Array): ServerMessage {
    this.stopped = true
    const reason = `an answer of ${size} bytes is longer than the limit of ${this.maxMessageBytes}`
    return { type: 'malformed', reason, excerpt: excerptBytes(bytes) }
  }
}
