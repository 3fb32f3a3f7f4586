import { writeDate, writeDateTime } from './time-text.ts'

const float = new Float32Array(1)
const floatBits = new Uint32Array(float.buffer)

const none = Buffer.alloc(0)

/** Above this length the native writer is faster than a loop over characters. */
const loopLength = 64

/**
 * Writes big-endian fields into a buffer that grows. Each `take` hands the bytes over, so that a socket may keep them;
 * the next buffer is made when something is written and is as large as the last had to be.
 */
export class ByteWriter {
  private bytes: Buffer = none
  private firstCapacity = 4096
  private at = 0

  get length(): number {
    return this.at
  }

  take(): Buffer {
    const taken = this.bytes.subarray(0, this.at)
    this.firstCapacity = Math.max(64, this.at + (this.at >>> 3))
    this.bytes = none
    this.at = 0
    return taken
  }

  u8(value: number): void {
    this.reserve(1)
    this.bytes[this.at++] = value
  }

  u32(value: number): void {
    this.reserve(4)
    this.putU32(this.at, value)
    this.at += 4
  }

  /** Overwrites an earlier field, such as a size that is known only at the end. */
  patchU32(at: number, value: number): void {
    this.putU32(at, value)
  }

  /** Two's complement for moments before 1970. */
  i64(value: number): void {
    this.u32(Math.floor(value / 0x1_0000_0000))
    this.u32(value)
  }

  f32(value: number): void {
    float[0] = value
    this.u32(floatBits[0] as number)
  }

  /** `length u32 | UTF-8`. */
  text(value: string): void {
    const length = value.length
    this.reserve(4 + 3 * length)
    const start = this.at + 4
    const written = length <= loopLength ? this.putAscii(start, value) : -1
    const size = written >= 0 ? written : this.bytes.write(value, start)
    this.putU32(this.at, size)
    this.at = start + size
  }

  /** A whole number as text; empty for 0, which means none. */
  idText(value: number): void {
    this.text(value === 0 ? '' : String(value))
  }

  /** Text with six decimals. */
  decimal(value: number): void {
    const scaled = Math.round(Math.abs(value) * 1e6)
    if (scaled < 1e15) this.shortDecimal(value < 0 && scaled > 0, scaled)
    else this.text(value.toFixed(6))
  }

  /** `YYYY-MM-DD` as text; empty for 0. */
  date(seconds: number): void {
    if (seconds === 0) this.u32(0)
    else this.moment(seconds, 10, writeDate)
  }

  /** `YYYY-MM-DD HH:MM:SS` as text; empty for 0. */
  dateTime(seconds: number): void {
    if (seconds === 0) this.u32(0)
    else this.moment(seconds, 19, writeDateTime)
  }

  /** `scaled` counts millionths. */
  private shortDecimal(isNegative: boolean, scaled: number): void {
    this.reserve(4 + 24)
    const start = this.at + 4
    const whole = Math.floor(scaled / 1e6)
    const wholeAt = isNegative ? start + 1 : start
    const pointAt = wholeAt + countDigits(whole)
    if (isNegative) this.bytes[start] = 0x2d
    this.putDigits(wholeAt, pointAt, whole)
    this.bytes[pointAt] = 0x2e
    this.putDigits(pointAt + 1, pointAt + 7, scaled - whole * 1e6)
    this.putU32(this.at, pointAt + 7 - start)
    this.at = pointAt + 7
  }

  private moment(seconds: number, length: number, write: typeof writeDate): void {
    this.reserve(4 + length)
    this.putU32(this.at, length)
    write(this.bytes, this.at + 4, seconds)
    this.at += 4 + length
  }

  private reserve(size: number): void {
    const { length } = this.bytes
    if (this.at + size <= length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.at + size, 2 * length, this.firstCapacity))
    this.bytes.copy(grown, 0, 0, this.at)
    this.bytes = grown
  }

  private putU32(at: number, value: number): void {
    this.bytes[at] = value >>> 24
    this.bytes[at + 1] = value >>> 16
    this.bytes[at + 2] = value >>> 8
    this.bytes[at + 3] = value
  }

  /** The size, or -1 where a character is not ASCII. */
  private putAscii(at: number, value: string): number {
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 0x7f) return -1
      this.bytes[at + i] = code
    }
    return value.length
  }

  /** Fills the bytes from `from` to before `to` with the digits of a number below 2^31. */
  private putDigits(from: number, to: number, value: number): void {
    let rest = value
    for (let at = to - 1; at >= from; at--) {
      const quotient = (rest / 10) | 0
      this.bytes[at] = 0x30 + rest - quotient * 10
      rest = quotient
    }
  }
}

function countDigits(value: number): number {
  let digits = 1
  for (let bound = 10; value >= bound; bound *= 10) digits++
  return digits
}
