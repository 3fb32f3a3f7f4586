/** Half of a surrogate pair without the other. */
const halfPair = /\p{Surrogate}/u

/** A growing buffer of numbers and text. Whole numbers take seven bits a byte, the lowest first (LEB128). */
export class ByteWriter {
  private buffer: Buffer
  private at = 0
  private readonly capacity: number

  constructor(capacity = 1 << 16) {
    this.capacity = capacity
    this.buffer = Buffer.allocUnsafe(capacity)
  }

  get length(): number {
    return this.at
  }

  byte(value: number) {
    if (this.at === this.buffer.length) this.reserve(1)
    this.buffer[this.at++] = value
  }

  /** A whole number, 0 ≤ value ≤ 2^53 - 1. */
  unsigned(value: number) {
    let rest = value
    // Bit operations know 32 bits only.
    while (rest > 0x7fff_ffff) {
      this.byte((rest % 128) | 0x80)
      rest = Math.floor(rest / 128)
    }
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.byte(rest)
  }

  /** A whole number within ±2^52, small when near zero. */
  signed(value: number) {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value)
  }

  double(value: number) {
    this.reserve(8)
    this.at = this.buffer.writeDoubleLE(value, this.at)
  }

  /** Any string, half surrogate pairs included: as UTF-8, or as UTF-16 where UTF-8 would lose something. */
  text(text: string) {
    if (this.shortAscii(text)) return
    const encoding = halfPair.test(text) ? 'utf16le' : 'utf8'
    const bytes = Buffer.byteLength(text, encoding)
    this.unsigned(bytes * 2 + (encoding === 'utf8' ? 0 : 1))
    this.reserve(bytes)
    this.at += this.buffer.write(text, this.at, encoding)
  }

  bytes(bytes: Uint8Array) {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }

  /** Starts a record. `endRecord` wants what this returns. */
  startRecord(): number {
    this.byte(0)
    return this.at
  }

  /** Puts the record's length before it: one byte, or 255 and four bytes. */
  endRecord(start: number) {
    const length = this.at - start
    if (length < 255) {
      this.buffer[start - 1] = length
      return
    }
    this.reserve(4)
    this.buffer.copyWithin(start + 4, start, this.at)
    this.buffer[start - 1] = 255
    this.buffer.writeUInt32LE(length, start)
    this.at += 4
  }

  /** Hands over all that was written and starts anew. */
  take(): Buffer {
    const written = this.buffer.subarray(0, this.at)
    this.at = 0
    // Of a quiet run little is taken at a time, and large pieces of memory are slow to be given back.
    if (2 * written.length < this.buffer.length) return Buffer.from(written)
    this.buffer = Buffer.allocUnsafe(this.capacity)
    return written
  }

  /** Writes text of few and plain characters faster than a native call could; false where it is not such. */
  private shortAscii(text: string): boolean {
    const { length } = text
    if (length > 40) return false
    const start = this.at
    this.reserve(length + 1)
    this.buffer[this.at++] = length * 2
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code > 0x7f) {
        this.at = start
        return false
      }
      this.buffer[this.at++] = code
    }
    return true
  }

  private reserve(bytes: number) {
    const needed = this.at + bytes
    if (needed <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2))
    this.buffer.copy(grown, 0, 0, this.at)
    this.buffer = grown
  }
}
