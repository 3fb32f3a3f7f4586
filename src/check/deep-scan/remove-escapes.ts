import type { Window } from './find-markers.ts'

export interface Unescaped extends Window {
  /** Where it begins in what it was made of. */
  readonly at: number
  /** Whether something between the two places was escaped. */
  touches(from: number, end: number): boolean
}

interface Escape {
  readonly at: number
  readonly size: number
  readonly code: number
}

const [backslash, percent] = [0x5c, 0x25]
const urlEscape = Buffer.from('%')
const jsonEscape = Buffer.from('\\u00')
const digits = 2

/** So far from an escape a marker may begin or end that it is part of: 36 characters, each as an escape of seven. */
const reach = 255

/**
 * The neighbourhoods of all escapes of JSON (`\u0036`, however many backslashes nested texts give them) and URLs (`%36`),
 * without them.
 */
export function removeEscapes(window: Window): Unescaped[] {
  const { bytes } = window
  const inUrls = listEscapes(bytes, urlEscape)
  const inJson = listEscapes(bytes, jsonEscape)
  if (inUrls.length === 0 && inJson.length === 0) return none
  const escapes = [...inUrls, ...inJson].sort((a, b) => a.at - b.at)
  const pieces: Unescaped[] = []
  for (let first = 0; first < escapes.length; ) {
    let last = first
    while (last + 1 < escapes.length && placeOf(escapes, last + 1) - placeOf(escapes, last) < 2 * reach) last++
    pieces.push(removeFrom(window, escapes.slice(first, last + 1)))
    first = last + 1
  }
  return pieces
}

const none: Unescaped[] = []

const placeOf = (escapes: readonly Escape[], index: number) => (escapes[index] as Escape).at

function listEscapes(bytes: Buffer, head: Buffer): Escape[] {
  const escapes: Escape[] = []
  // Most data have none, and Node finds a number sooner than bytes.
  const first = bytes.indexOf(head[0] as number)
  if (first < 0) return escapes
  for (let at = bytes.indexOf(head, first); at >= 0; at = bytes.indexOf(head, at + 1)) {
    const code = codeAt(bytes, at + head.length)
    if (code >= 0) escapes.push({ at, size: head.length + digits, code })
  }
  return escapes
}

function removeFrom({ bytes, seen, isLast }: Window, escapes: readonly Escape[]): Unescaped {
  const from = Math.max(0, placeOf(escapes, 0) - reach)
  const end = Math.min(placeOf(escapes, escapes.length - 1) + reach, bytes.length)
  const plain = Buffer.allocUnsafe(end - from)
  const places: number[] = []
  let [length, taken, seenLength] = [0, from, -1]
  const take = (until: number) => {
    if (seenLength < 0 && until > seen) seenLength = length + Math.max(0, seen - taken)
    length += bytes.copy(plain, length, taken, until)
    taken = until
  }
  for (const { at, size, code } of escapes) {
    take(at)
    while (bytes[at] === backslash && length > 0 && plain[length - 1] === backslash) length--
    // What ends beyond the seen bytes was not whole then.
    if (at + size > seen && (seenLength < 0 || seenLength > length)) seenLength = length
    places.push(length)
    plain[length++] = code
    taken = at + size
  }
  take(isLast || end < bytes.length ? end : startOfCut(bytes, taken))
  const touches = (start: number, stop: number) => places.some((place) => place >= start && place < stop)
  const seenBytes = Math.min(seenLength < 0 ? length : seenLength, length)
  const isWhole = isLast || end < bytes.length
  return { bytes: plain.subarray(0, length), seen: seenBytes, isLast: isWhole, tellsPlain: true, at: from, touches }
}

/** Where an escape begins of which the rest is still to come; else the end. */
function startOfCut(bytes: Buffer, from: number): number {
  const start = Math.max(from, bytes.length - jsonEscape.length - digits)
  for (let at = start; at < bytes.length; at++) {
    const left = bytes.length - at
    if (bytes[at] === percent && left <= digits) return at
    if (bytes[at] === backslash && left < jsonEscape.length + digits) return startOfBackslashes(bytes, from, at)
  }
  return bytes.length
}

function startOfBackslashes(bytes: Buffer, from: number, at: number): number {
  let start = at
  while (start > from && bytes[start - 1] === backslash) start--
  return start
}

/** What two hexadecimal digits stand for, or -1. */
function codeAt(bytes: Buffer, at: number): number {
  const high = digitValues[bytes[at] ?? 0] as number
  const low = digitValues[bytes[at + 1] ?? 0] as number
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

const digitValues = new Int8Array(256).fill(-1)
for (let digit = 0; digit < 16; digit++) {
  const character = digit.toString(16)
  digitValues[character.charCodeAt(0)] = digit
  digitValues[character.toUpperCase().charCodeAt(0)] = digit
}
