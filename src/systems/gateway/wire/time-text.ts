/*
 * Dates of the data set as text, read as UTC. Rows come in bursts of the same day, so the last day's text is kept.
 */
const daySeconds = 86_400
const dayText = new Uint8Array(10)
let dayInText = Number.NaN

/** Writes the ten characters `YYYY-MM-DD`. */
export function writeDate(bytes: Uint8Array, at: number, seconds: number): void {
  const day = Math.floor(seconds / daySeconds)
  if (day !== dayInText) {
    const text = formatDate(day * daySeconds)
    for (let i = 0; i < 10; i++) dayText[i] = text.charCodeAt(i)
    dayInText = day
  }
  for (let i = 0; i < 10; i++) bytes[at + i] = dayText[i] as number
}

/** Writes the nineteen characters `YYYY-MM-DD HH:MM:SS`. */
export function writeDateTime(bytes: Uint8Array, at: number, seconds: number): void {
  writeDate(bytes, at, seconds)
  const inDay = seconds - Math.floor(seconds / daySeconds) * daySeconds
  const hours = Math.floor(inDay / 3600)
  const minutes = Math.floor(inDay / 60) % 60
  bytes[at + 10] = 0x20
  putTwo(bytes, at + 11, hours)
  bytes[at + 13] = 0x3a
  putTwo(bytes, at + 14, minutes)
  bytes[at + 16] = 0x3a
  putTwo(bytes, at + 17, inDay % 60)
}

/** `1971-01-11`, for years 0 to 9999. */
export function formatDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

/** `2024-01-14 12:15:00`. */
export function formatDateTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
}

/**
 * Seconds since 1970 of `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS` (or with a `T`) that stands at `at`, or undefined where
 * it is neither or names no real day.
 */
export function readDateTime(bytes: Uint8Array, at: number, length: number): number | undefined {
  if (length !== 10 && length !== 19) return undefined
  const day = readDay(bytes, at)
  if (day === undefined || length === 10) return day === undefined ? undefined : day * daySeconds
  const separator = bytes[at + 10]
  if ((separator !== 0x20 && separator !== 0x54) || bytes[at + 13] !== 0x3a || bytes[at + 16] !== 0x3a) return undefined
  const hours = twoDigits(bytes, at + 11)
  const minutes = twoDigits(bytes, at + 14)
  const seconds = twoDigits(bytes, at + 17)
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return undefined
  return day * daySeconds + hours * 3600 + minutes * 60 + seconds
}

/** As `readDateTime`, for text. */
export function parseDateTime(text: string): number | undefined {
  return readDateTime(Buffer.from(text, 'latin1'), 0, text.length)
}

let lastDateKey = -1
let lastDay: number | undefined

function readDay(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d) return undefined
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2)
  const month = twoDigits(bytes, at + 5)
  const dayOfMonth = twoDigits(bytes, at + 8)
  const key = (year * 100 + month) * 100 + dayOfMonth
  if (key !== lastDateKey) {
    lastDay = dayNumber(year, month, dayOfMonth)
    lastDateKey = key
  }
  return lastDay
}

function dayNumber(year: number, month: number, dayOfMonth: number): number | undefined {
  const moment = new Date(0)
  moment.setUTCFullYear(year, month - 1, dayOfMonth)
  const isReal = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === dayOfMonth
  return isReal ? Math.floor(moment.getTime() / 1000 / daySeconds) : undefined
}

/** NaN where one of them is no digit. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30
  const ones = (bytes[at + 1] as number) - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function putTwo(bytes: Uint8Array, at: number, value: number): void {
  const tens = Math.floor(value / 10)
  bytes[at] = 0x30 + tens
  bytes[at + 1] = 0x30 + value - tens * 10
}
