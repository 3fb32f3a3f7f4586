import { divideByPower, divideLongByPower, exactDigits, mostDigits } from './decimal.ts'
import { KnownTexts } from './known-texts.ts'

const zero = 0x30
const minus = 0x2d
const plus = 0x2b
const point = 0x2e
const quote = 0x22
const backslash = 0x5c
const space = 0x20
const comma = 0x2c
const lowerE = 0x65
const upperE = 0x45
const openBracket = 0x5b
const closeBracket = 0x5d
const none: readonly string[] = []

/**
 * Walks through the bytes of a text in JSON and reads, of what JSON allows, the usual: no white space but one space after a
 * colon or a comma, and in strings nothing but ASCII without escapes. What it does not read is for `JSON.parse`; what it
 * reads, that would have read alike.
 */
export class JsonCursor {
  bytes: Buffer = Buffer.alloc(0)
  at = 0
  /** Behind the first quotation mark of the string that was stepped over last. */
  textStart = 0
  private readonly known = new KnownTexts()

  begin(bytes: Buffer): void {
    this.bytes = bytes
    this.at = 0
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length
  }

  /** Whether it stands before this byte; then it steps behind it. */
  take(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false
    this.at++
    return true
  }

  /** Whether it stands before these bytes; then it steps behind them, and behind a space that follows. */
  takeAll(wanted: Uint8Array): boolean {
    const { bytes, at } = this
    for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
    this.at = at + wanted.length
    this.skipSpace()
    return true
  }

  takeComma(): boolean {
    if (!this.take(comma)) return false
    this.skipSpace()
    return true
  }

  private skipSpace(): void {
    if (this.bytes[this.at] === space) this.at++
  }

  /** Steps over a string and returns where it ends, before its second quotation mark; -1: there is none. */
  skipText(): number {
    const { bytes } = this
    if (!this.take(quote)) return -1
    this.textStart = this.at
    for (let at = this.at; ; at++) {
      const byte = bytes[at] as number
      if (byte === quote) {
        this.at = at + 1
        return at
      }
      // Not true behind the last byte either.
      if (!(byte >= space && byte < 0x7f) || byte === backslash) return -1
    }
  }

  /** What stands there; short texts that come again and again are the same strings. */
  textAt(start: number, end: number): string {
    return this.known.read(this.bytes, start, end)
  }

  /** A list of strings; undefined: there is none. */
  texts(): readonly string[] | undefined {
    if (!this.take(openBracket)) return undefined
    if (this.take(closeBracket)) return none
    const texts: string[] = []
    do {
      const end = this.skipText()
      if (end < 0) return undefined
      texts.push(this.textAt(this.textStart, end))
    } while (this.takeComma())
    return this.take(closeBracket) ? texts : undefined
  }

  /** NaN: none. */
  number(): number {
    const { bytes, at: start } = this
    const isNegative = bytes[start] === minus
    const from = isNegative ? start + 1 : start
    let high = 0
    let low = 0
    let significant = 0
    let pointAt = -1
    let at = from
    for (; ; at++) {
      const digit = (bytes[at] as number) - zero
      if (digit >= 0 && digit <= 9) {
        if (significant < exactDigits) high = high * 10 + digit
        else low = low * 10 + digit
        if (significant > 0 || digit > 0) significant++
      } else if (bytes[at] === point && pointAt < 0) pointAt = at
      else break
    }
    this.at = at
    const wholeEnd = pointAt < 0 ? at : pointAt
    const isSpelledWell = wholeEnd > from && (bytes[from] !== zero || wholeEnd === from + 1) && pointAt !== at - 1
    if (!isSpelledWell) return Number.NaN
    if (bytes[at] === lowerE || bytes[at] === upperE) return this.skipExponent() ? this.slowly(start) : Number.NaN
    const places = pointAt < 0 ? 0 : at - pointAt - 1
    const size = significant <= exactDigits ? divideByPower(high, places) : this.long(high, low, significant, places)
    if (Number.isNaN(size)) return this.slowly(start)
    return isNegative ? -size : size
  }

  private long(high: number, low: number, significant: number, places: number): number {
    if (significant > mostDigits) return Number.NaN
    return divideLongByPower(high, low, significant - exactDigits, places)
  }

  private skipExponent(): boolean {
    const { bytes } = this
    this.at++
    if (bytes[this.at] === plus || bytes[this.at] === minus) this.at++
    const from = this.at
    while (isDigit(bytes[this.at])) this.at++
    return this.at > from
  }

  private slowly(start: number): number {
    return Number(this.bytes.toString('latin1', start, this.at))
  }
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= zero && byte < zero + 10
