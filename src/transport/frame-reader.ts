import { decompress } from '../core/decompress.ts'

/** Is told what the chunks did not show in one piece, and how it had been coded. */
export type TellContent = (content: Buffer, how: string) => void

/** No more is put together of one message, and no more comes of decompressing it. */
const limitBytes = 1 << 20

const noBytes = Buffer.alloc(0)
const endOfHead = Buffer.from('\r\n\r\n', 'latin1')

/**
 * Follows the frames of a server's WebSocket (RFC 6455, 5.2) from the answer to the upgrade on, and tells the messages that
 * were fragmented or compressed: whether anybody had agreed to that, whether they are whole, and whatever they hold. What
 * came in one piece was seen there, and costs no more than a look at its head.
 */
export class FrameReader {
  private readonly tell: TellContent
  /** The answer to the upgrade, or the head of a frame, as far as it came. */
  private begun = noBytes
  private phase: 'head' | 'frames' | 'off' = 'head'
  /** Of the payload of the present frame, still to come. */
  private left = 0
  /** The present frame is a part of `parts`, and with `isFinal` the last one. */
  private isPart = false
  private isFinal = false
  private parts: Buffer[] | undefined
  private isCompressed = false

  constructor(tell: TellContent) {
    this.tell = tell
  }

  follow(chunk: Buffer): void {
    if (this.phase === 'off') return
    const bytes = this.begun.length > 0 ? Buffer.concat([this.begun, chunk]) : chunk
    this.begun = noBytes
    this.readFrames(bytes, this.phase === 'head' ? this.readHead(bytes) : 0)
  }

  /** Nothing more comes. */
  end(): void {
    if (this.parts) this.finish('an unfinished message')
    this.phase = 'off'
  }

  /** Returns where the frames begin. */
  private readHead(bytes: Buffer): number {
    const end = bytes.indexOf(endOfHead)
    if (end < 0) {
      this.keep(bytes, 0)
      return bytes.length
    }
    this.phase = bytes.toString('latin1', 0, 12).endsWith(' 101') ? 'frames' : 'off'
    return end + endOfHead.length
  }

  private readFrames(bytes: Buffer, from: number): void {
    let at = from
    while (at < bytes.length && this.phase === 'frames') {
      if (this.left === 0) {
        const payloadAt = this.readFrameHead(bytes, at)
        if (payloadAt === undefined) {
          this.keep(bytes, at)
          return
        }
        at = payloadAt
      }
      const end = Math.min(at + this.left, bytes.length)
      if (this.isPart) this.parts?.push(Buffer.from(bytes.subarray(at, end)))
      this.left -= end - at
      at = end
      if (this.left === 0 && this.isPart && this.isFinal) this.finish('a fragmented message')
    }
  }

  /** Returns where the payload begins; undefined: the head is not whole. */
  private readFrameHead(bytes: Buffer, at: number): number | undefined {
    const [first, second] = [bytes[at] as number, bytes[at + 1]]
    if (second === undefined) return undefined
    const lengthBytes = second < 126 ? 0 : second === 126 ? 2 : 8
    const payloadAt = at + 2 + lengthBytes
    if (payloadAt > bytes.length) return undefined
    this.left =
      lengthBytes === 0 ? second : bytes.readUIntBE(payloadAt - Math.min(lengthBytes, 6), Math.min(lengthBytes, 6))
    this.begin((first & 0x80) !== 0, (first & 0x40) !== 0, first & 0xf)
    // A server's frames are never masked; what else this is, nobody reads on.
    if (second > 127) this.phase = 'off'
    return payloadAt
  }

  /** Control frames may come between the fragments of a message, and are whole. */
  private begin(isFinal: boolean, isCompressed: boolean, opcode: number): void {
    this.isFinal = isFinal
    this.isPart = opcode < 8 && (!isFinal || isCompressed || opcode === 0)
    if (!this.isPart || (opcode === 0 && this.parts)) return
    this.parts = []
    this.isCompressed = isCompressed
  }

  private finish(how: string): void {
    const content = Buffer.concat(this.parts ?? [])
    this.parts = undefined
    if (!this.isCompressed) this.tell(content, how)
    else {
      const result = decompress('raw deflate', content, limitBytes)
      if (result) this.tell(Buffer.from(result.bytes), 'permessage-deflate')
    }
  }

  private keep(bytes: Buffer, at: number): void {
    if (bytes.length - at > limitBytes) this.phase = 'off'
    else this.begun = Buffer.from(bytes.subarray(at))
  }
}
