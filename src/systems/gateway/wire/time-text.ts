/*
 * Dates of the data set as text, read as UTC. Days and dates are turned into each other by Howard Hinnant's formulas
 * (days_from_civil and civil_from_days, public domain): years begin in March, so that a leap day is a year's last, and
 * 400 years have 146 097 days. They hold for the years 0 to 9999.
 */
const daySeconds = 86_400
/** Days from 1 March of year 0 to 1 January 1970. */
const epochDay = 719_468
const eraDays = 146_097

/** Writes the ten characters `YYYY-MM-DD`. */
export function writeDate(bytes: Uint8Array, at: number, seconds: number): void {
  const day = Math.floor(seconds / daySeconds) + epochDay
  const era = Math.floor(day / eraDays)
  const inEra = day - era * eraDays
  const yearOfEra = ((inEra - ((inEra / 1460) | 0) + ((inEra / 36_524) | 0) - ((inEra / 146_096) | 0)) / 365) | 0
  const inYear = inEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0))
  const fromMarch = ((5 * inYear + 2) / 153) | 0
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  const century = (year / 100) | 0
  putTwo(bytes, at, century)
  putTwo(bytes, at + 2, year - century * 100)
  bytes[at + 4] = 0x2d
  putTwo(bytes, at + 5, month)
  bytes[at + 7] = 0x2d
  putTwo(bytes, at + 8, inYear - (((153 * fromMarch + 2) / 5) | 0) + 1)
}

/** Writes the nineteen characters `YYYY-MM-DD HH:MM:SS`. */
export function writeDateTime(bytes: Uint8Array, at: number, seconds: number): void {
  writeDate(bytes, at, seconds)
  const inDay = seconds - Math.floor(seconds / daySeconds) * daySeconds
  const hours = (inDay / 3600) | 0
  const minutes = ((inDay / 60) | 0) - hours * 60
  bytes[at + 10] = 0x20
  putTwo(bytes, at + 11, hours)
  bytes[at + 13] = 0x3a
  putTwo(bytes, at + 14, minutes)
  bytes[at + 16] = 0x3a
  putTwo(bytes, at + 17, inDay - hours * 3600 - minutes * 60)
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

function readDay(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d) return undefined
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2)
  const month = twoDigits(bytes, at + 5)
  const dayOfMonth = twoDigits(bytes, at + 8)
  if (!(year >= 0 && month >= 1 && month <= 12 && dayOfMonth >= 1)) return undefined
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (!(dayOfMonth <= (month === 2 && isLeap ? 29 : (monthDays[month - 1] as number)))) return undefined
  const fromMarch = month > 2 ? month - 3 : month + 9
  const marchYear = month > 2 ? year : year - 1
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const inYear = (((153 * fromMarch + 2) / 5) | 0) + dayOfMonth - 1
  return era * eraDays + yearOfEra * 365 + (yearOfEra >> 2) - ((yearOfEra / 100) | 0) + inYear - epochDay
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** NaN where one of them is no digit. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30
  const ones = (bytes[at + 1] as number) - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function putTwo(bytes: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0
  bytes[at] = 0x30 + tens
  bytes[at + 1] = 0x30 + value - tens * 10
}
