import { readDateTime } from './time-text.ts'

const float = new Float32Array(1)
const floatBits = new Uint32Array(float.buffer)

/**
 * Walks big-endian fields. A field that reaches beyond the end sets `missing`, one that cannot be what it should be
 * sets `problem`; both yield a zero value and every later read does too, so that a row is read without a test per field.
 */
export class ByteReader {
  private bytes: Buffer = Buffer.alloc(0)
  private end = 0
  /** Position of `bytes[0]` in the whole stream, for messages. */
  private base = 0
  private readonly maxTextBytes: number
  offset = 0
  /** How far beyond the end the first unsatisfied field reaches; 0 while all were satisfied. */
  missing = 0
  problem: string | undefined

  constructor(maxTextBytes: number) {
    this.maxTextBytes = maxTextBytes
  }

  /** Starts to read `bytes`, up to `end`. */
  load(bytes: Buffer, offset: number, end: number, base: number): void {
    this.bytes = bytes
    this.offset = offset
    this.end = end
    this.base = base
    this.missing = 0
    this.problem = undefined
  }

  /** Lets go of the bytes, so that they are not kept alive. */
  unload(): void {
    this.bytes = Buffer.alloc(0)
  }

  get failed(): boolean {
    return this.missing > 0 || this.problem !== undefined
  }

  /** Records the first problem, with the position in the stream. */
  fail(what: string, at: number = this.offset): void {
    this.problem ??= `${what}, at byte ${this.base + at}`
  }

  u8(): number {
    const at = this.advance(1)
    return at < 0 ? 0 : (this.bytes[at] as number)
  }

  flag(name: string): boolean {
    const value = this.u8()
    if (value > 1) this.fail(`${name} is ${value}, not 0 or 1`, this.offset - 1)
    return value === 1
  }

  u32(): number {
    const at = this.advance(4)
    return at < 0 ? 0 : readU32(this.bytes, at)
  }

  /** Moments within ±2^32 seconds of 1970. */
  i64(name: string): number {
    const high = this.u32() | 0
    const low = this.u32()
    if (high !== 0 && high !== -1) this.fail(`${name} is out of range`, this.offset - 8)
    return high * 0x1_0000_0000 + low
  }

  f32(name: string): number {
    floatBits[0] = this.u32()
    const value = float[0] as number
    if (!Number.isFinite(value)) this.fail(`${name} is ${value}`, this.offset - 4)
    return value
  }

  /** Bytes that are not UTF-8 read as U+FFFD. The text is a copy: it does not keep the chunk alive. */
  text(): string {
    const length = this.textLength()
    const at = this.advance(length)
    return at < 0 || length === 0 ? '' : this.bytes.toString('utf8', at, at + length)
  }

  /** Text that is a number, such as `75.000000` or `901388.0`; 0 where it is empty. */
  numberText(name: string): number {
    const length = this.textLength()
    const at = this.advance(length)
    if (at < 0 || length === 0) return 0
    const value = length <= 15 ? readDecimal(this.bytes, at, length) : Number.NaN
    return Number.isNaN(value) ? this.readLongNumber(name, at, length) : value
  }

  /** Text that is a date or a date and time; 0 where it is empty. */
  dateTime(name: string): number {
    const length = this.textLength()
    const at = this.advance(length)
    if (at < 0 || length === 0) return 0
    const seconds = readDateTime(this.bytes, at, length)
    if (seconds === undefined) this.fail(`${name} is "${this.excerpt(at, length)}", not a date`, at)
    return seconds ?? 0
  }

  private readLongNumber(name: string, at: number, length: number): number {
    const text = this.excerpt(at, length)
    const value = /^-?\d+(\.\d*)?$/.test(text) ? Number(text) : Number.NaN
    if (Number.isFinite(value)) return value
    this.fail(`${name} is "${text}", not a number`, at)
    return 0
  }

  private textLength(): number {
    const length = this.u32()
    if (length <= this.maxTextBytes) return length
    this.fail(`a text of ${length} bytes is longer than the limit of ${this.maxTextBytes}`, this.offset - 4)
    return 0
  }

  private excerpt(at: number, length: number): string {
    return this.bytes.toString('utf8', at, at + Math.min(length, 40))
  }

  /** The place of the next `size` bytes, or -1. */
  private advance(size: number): number {
    const at = this.offset
    if (this.failed) return -1
    if (at + size > this.end) {
      this.missing = at + size - this.end
      return -1
    }
    this.offset = at + size
    return at
  }
}

export function readU32(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number]
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}

const powersOfTen = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

/** Digits with an optional sign and point, at most 15 of them: exact in a double. NaN where it is something else. */
function readDecimal(bytes: Uint8Array, at: number, length: number): number {
  const end = at + length
  const isNegative = bytes[at] === 0x2d
  let value = 0
  let pointAt = -1
  let digits = 0
  for (let i = isNegative ? at + 1 : at; i < end; i++) {
    const code = bytes[i] as number
    if (code === 0x2e && pointAt < 0 && digits > 0) pointAt = i
    else if (code >= 0x30 && code <= 0x39) {
      value = value * 10 + (code - 0x30)
      digits++
    } else return Number.NaN
  }
  if (digits === 0) return Number.NaN
  const magnitude = pointAt < 0 ? value : value / (powersOfTen[end - 1 - pointAt] as number)
  return isNegative ? -magnitude : magnitude
}
