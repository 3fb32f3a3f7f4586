import {
  type MarkerFields,
  markerLength,
  markerMagic,
  markerMagicOffset,
  type RunKey,
  readFragment,
  readMarker,
} from '../../core/marker.ts'
import { keyOf, type Needle, needleLength, needles, pairPlaces, sextets } from './needles.ts'
import type { Spelling } from './spellings.ts'

export interface MarkerReader {
  readonly key: RunKey
  /** How many clients the run has; a fragment must name one of them. */
  readonly clients: number
}

export interface FoundMarker {
  readonly fields: MarkerFields
  /** Where it begins, in base64 the group of characters. */
  readonly at: number
  readonly length: number
  /** Empty: as it was sent. */
  readonly form: string
  /** Only its first digits: whose it is no check sum proves. */
  readonly isFragment: boolean
}

/** Where to look: `seen` bytes were searched before and only what ends beyond them is told. */
export interface Window {
  readonly bytes: Buffer
  readonly seen: number
  /** Nothing follows, so that what could become a marker is none any more. */
  readonly isLast: boolean
  /** Tells also what was passed on as it was sent, which the plain scan of a stream tells already. */
  readonly tellsPlain: boolean
}

/** Finds markers in every spelling, as they are and in base64, and the first 16 digits alone. `base`: the place of the first byte. */
export function findMarkers(
  reader: MarkerReader,
  window: Window,
  base: number,
  found: (marker: FoundMarker) => void,
): void {
  const { bytes } = window
  const end = bytes.length - 1
  for (let i = 0; i < end; i += 3) {
    const places = pairPlaces[(bytes[i] as number) | ((bytes[i + 1] as number) << 8)] as number
    if (places === 0) continue
    for (let place = 0; place < needleLength - 1; place++) {
      if (places & (1 << place) && i >= place) findAt(reader, window, base, i - place, found)
    }
  }
}

function findAt(
  reader: MarkerReader,
  window: Window,
  base: number,
  at: number,
  found: (marker: FoundMarker) => void,
): void {
  const candidates = needles.get(keyOf(window.bytes, at))
  if (!candidates || at + needleLength > window.bytes.length) return
  for (const needle of candidates) {
    const marker =
      needle.characters > 0 ? readBase64(reader, window, at, needle) : readPlain(reader, window, at, needle)
    if (marker) found(base === 0 ? marker : { ...marker, at: base + marker.at })
  }
}

function readPlain(reader: MarkerReader, window: Window, needleAt: number, needle: Needle): FoundMarker | undefined {
  const { bytes, seen, isLast } = window
  const { spelling, back } = needle
  const at = needleAt - back
  const end = at + spelling.length
  if (at < 0 || end <= seen || !hasMagic(spelling, bytes, at)) return undefined
  if (!window.tellsPlain && isAsSent(spelling, bytes, at)) return undefined
  const fields = end <= bytes.length ? read(reader.key, spelling, bytes, at) : undefined
  if (fields) return { fields, at, length: spelling.length, form: spelling.name, isFragment: false }
  // A fragment counts where a whole marker would end, so that it is told once and nothing that is whole is one.
  if (!spelling.isText || (end > bytes.length && !isLast)) return undefined
  return readAlone(reader, bytes, at, spelling)
}

function readBase64({ key }: MarkerReader, { bytes, seen }: Window, needleAt: number, needle: Needle) {
  const { spelling, back, characters, skip } = needle
  const at = needleAt - back
  const end = at + characters
  if (at < 0 || end <= seen || end > bytes.length || !decode(bytes, at, characters)) return undefined
  const fields = read(key, spelling, decoded, skip)
  return fields && { fields, at, length: characters, form: `in base64 ${spelling.name}`.trimEnd(), isFragment: false }
}

/** All but the needle, which was found: of what has that by chance hardly anything has the rest. */
function hasMagic({ magic, magicAt }: Spelling, bytes: Buffer, at: number): boolean {
  for (let i = magic.length - needleLength - 1; i >= 0; i--) {
    if (bytes[at + magicAt + i] !== magic[i]) return false
  }
  return true
}

const isAsSent = ({ name }: Spelling, bytes: Buffer, at: number) =>
  name === '' && at + markerLength <= bytes.length && bytes[at + 18] === dash && bytes[at + 23] === dash

const dash = 0x2d
const text = Buffer.alloc(markerLength)
const magic = Buffer.from(markerMagic, 'latin1')

function read(key: RunKey, spelling: Spelling, bytes: Uint8Array, at: number): MarkerFields | undefined {
  spelling.spell(bytes, at, text)
  if (magic.compare(text, markerMagicOffset, markerMagicOffset + magic.length) !== 0) return undefined
  const fields = readMarker(key, text, markerMagicOffset)
  return fields && (spelling.isShaped || typeof fields.owner === 'number') ? fields : undefined
}

/** The first 16 digits of a marker, with no digit before or after them. */
function readAlone(reader: MarkerReader, bytes: Buffer, at: number, spelling: Spelling): FoundMarker | undefined {
  const end = at + spelling.magicAt + spelling.magic.length
  if (isDigit(bytes[at - 1]) || isDigit(bytes[end]) || end > bytes.length) return undefined
  spelling.spell(bytes, at, text)
  const owner = readFragment(reader.key, text)
  if (owner === undefined || owner >= reader.clients) return undefined
  const fields = { kind: 'payload', owner, epoch: 0, sequence: 0 } as const
  return { fields, at, length: end - at, form: 'cut off after 16 digits', isFragment: true }
}

/** Room for the longest: 36 bytes, and those beside them in their groups. */
const decoded = Buffer.alloc(48)

/** Decodes `characters` from a whole group on; false where one of them is none of base64. */
function decode(bytes: Buffer, at: number, characters: number): boolean {
  let bits = 0
  let waiting = 0
  let length = 0
  for (let i = at; i < at + characters; i++) {
    const sextet = sextets[bytes[i] as number] as number
    if (sextet < 0) return false
    bits = ((bits << 6) | sextet) & 0xffff
    waiting += 6
    if (waiting < 8) continue
    waiting -= 8
    decoded[length++] = (bits >> waiting) & 0xff
  }
  return true
}

const isDigit = (byte: number | undefined) => byte !== undefined && isHexDigit[byte] === 1
const isHexDigit = new Uint8Array(256)
for (const digit of '0123456789abcdefABCDEF') isHexDigit[digit.charCodeAt(0)] = 1
