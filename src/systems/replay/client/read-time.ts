import { readTimestamp } from '../wire/snapshot.ts'

/** The day that was read last, as digits, and its beginning: data run through days, and a day is costly to compute. */
let lastDay = 0
let lastDayMs = Number.NaN

/** As `readTimestamp`, and many times as fast for the spelling that servers usually have: 2024-01-02T03:04:05.250Z. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'string' && value.length === 24) {
    const ms = readUsual(value)
    if (!Number.isNaN(ms)) return ms
  }
  return readTimestamp(value)
}

const zero = 48

/** NaN for any other spelling. */
function readUsual(text: string): number {
  const marks =
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(10) === 84 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58 &&
    text.charCodeAt(19) === 46 &&
    text.charCodeAt(23) === 90
  if (!marks) return Number.NaN
  const year = digits(text, 0) * 100 + digits(text, 2)
  const month = digits(text, 5)
  const date = digits(text, 8)
  const hour = digits(text, 11)
  const minute = digits(text, 14)
  const second = digits(text, 17)
  const ms = (text.charCodeAt(20) - zero) * 100 + digits(text, 21)
  // Leap seconds, 24:00 and dates that there are not are left to the slow way.
  if (month > 12 || date > 31 || hour > 23 || minute > 59 || second > 59) return Number.NaN
  const day = (year * 100 + month) * 100 + date
  if (day !== lastDay) {
    lastDayMs = Date.parse(text.slice(0, 10))
    lastDay = day
  }
  return lastDayMs + ((hour * 60 + minute) * 60 + second) * 1000 + ms
}

/** Two of them; NaN where they are none. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero
  const ones = text.charCodeAt(at + 1) - zero
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}
