import { InvalidArgumentError } from 'commander'
import { durationExpected, isDuration, parseDuration } from '../core/units.ts'

/* Parsers for commander's options. What they throw is told with the option's name, and exits with 2. */

export function parseInteger(text: string): number {
  return parseIntegerIn(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)(text)
}

export function parseIntegerIn(from: number, to: number): (text: string) => number {
  const bounds = from === Number.MIN_SAFE_INTEGER ? '' : ` from ${from} to ${to}`
  return (text) => {
    const value = Number(text)
    if (/^-?\d+$/.test(text) && value >= from && value <= to) return value
    throw new InvalidArgumentError(`Expected a whole number${bounds}.`)
  }
}

export function parseNumber(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Expected a number.')
}

/** Checks a duration and hands on its text, as it would stand in a scenario. */
export function checkDuration(text: string): string {
  if (isDuration(text)) return text
  throw new InvalidArgumentError(`Expected${durationExpected.slice('expected'.length)}.`)
}

/** Milliseconds, more than none. */
export function parsePositiveDuration(text: string): number {
  const ms = parseDuration(checkDuration(text))
  if (ms) return ms
  throw new InvalidArgumentError('Expected a duration above 0.')
}

export const parseSeed = parseIntegerIn(0, 2 ** 32 - 1)

/** `a,b` */
export function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return [...new Set(names)]
  throw new InvalidArgumentError('Expected names, separated by commas.')
}

/** One or more of the names that there are. */
export function parseNamesOf(known: readonly string[]): (text: string) => readonly string[] {
  return (text) => {
    const names = parseNames(text)
    const unknown = names.find((name) => !known.includes(name))
    if (unknown === undefined) return names
    throw new InvalidArgumentError(`"${unknown}" is none of ${known.join(', ')}.`)
  }
}

/** `0.001,0.1`, from small to large. */
export function parseShares(text: string): readonly number[] {
  return [...new Set(parseNames(text).map(parseShare))].sort((a, b) => a - b)
}

export function parseShare(text: string): number {
  const value = parseNumber(text)
  if (value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('Expected a share from 0 to 1.')
}
