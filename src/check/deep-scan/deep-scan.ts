import { markerLength } from '../../core/marker.ts'
import { decompressContent, findCompressed } from './find-compressed.ts'
import { type FoundMarker, findMarkers, type MarkerReader, type Window } from './find-markers.ts'
import { removeEscapes } from './remove-escapes.ts'

export type OnFound = (marker: FoundMarker) => void

/** Longer than the longest spelling: each of 36 characters as an escape of seven. */
const longestText = 255

/**
 * All but the last character of a marker and the one before it: its first digits count as a fragment where the whole would
 * end, if no digit stands before them.
 */
const longestRest = markerLength

/** What is compressed is followed over so many bytes. */
const followBytes = 65_536

/**
 * Looks in one stream for markers that were not passed on as they were sent: in another spelling, in base64, escaped,
 * compressed, or cut off after 16 digits. Those that were are the plain scan's business.
 */
export class DeepScan {
  private readonly reader: MarkerReader
  private kept: Buffer | undefined
  private length = 0
  /** So many bytes were searched of what is compressed and begins with the first byte kept; undefined: nothing does. */
  private searched: number | undefined

  constructor(reader: MarkerReader) {
    this.reader = reader
  }

  /** Finds what ends in this chunk; places count from its first byte, and are negative where a marker begins before. */
  scan(chunk: Buffer, found: OnFound): void {
    const { reader, length } = this
    const bytes = this.join(chunk)
    // What was followed for the sake of a compressed part was searched long since.
    const from = Math.max(0, length - longestText)
    const recent = { bytes: bytes.subarray(from), seen: length - from, isLast: false, tellsPlain: false }
    searchContent(reader, recent, from - length, found)
    const openAt = this.searchCompressed({ bytes, seen: length, isLast: false, tellsPlain: true }, found)
    this.keep(bytes, openAt)
  }

  /** The next chunk does not follow on the last one: something in between was not looked at. */
  skip(): void {
    this.length = 0
    this.searched = undefined
  }

  /** Nothing follows. */
  end(found: OnFound): void {
    const { kept, length } = this
    if (!kept || length === 0) return
    const last = { bytes: kept.subarray(0, length), seen: length, isLast: true, tellsPlain: false }
    searchContent(this.reader, last, -length, found)
    this.skip()
  }

  /** Returns where the first part begins that goes on. */
  private searchCompressed(window: Window, found: OnFound): number | undefined {
    const follows = this.searched !== undefined
    const before = this.searched ?? 0
    this.searched = undefined
    let openAt: number | undefined
    for (const { at, form, content, isOpen } of findCompressed(window, follows)) {
      const seen = at === 0 && follows ? Math.min(before, content.length) : 0
      const part = { bytes: content, seen, isLast: !isOpen, tellsPlain: true }
      searchContent(this.reader, part, 0, within(at - window.seen, form, found))
      if (!isOpen || openAt !== undefined) continue
      openAt = at
      this.searched = content.length
    }
    return openAt
  }

  private join(chunk: Buffer): Buffer {
    const { kept, length } = this
    if (!kept || length === 0) return chunk
    const whole = roomFor(length + chunk.length)
    kept.copy(whole, 0, 0, length)
    chunk.copy(whole, length)
    return whole.subarray(0, length + chunk.length)
  }

  /** Keeps what may be the beginning of something. */
  private keep(bytes: Buffer, openAt: number | undefined): void {
    const follows = openAt !== undefined && bytes.length - openAt <= followBytes
    if (!follows) this.searched = undefined
    const from = follows ? openAt : startOfTail(bytes)
    this.length = bytes.length - from
    const room = this.kept?.length ?? 0
    // Of thousands of connections hardly any needs more than a little, and none for long.
    if (room < this.length || room > 4 * Math.max(this.length, longestText)) {
      this.kept = Buffer.allocUnsafe(this.length > longestRest ? Math.max(this.length, longestText) : longestRest)
    }
    if (this.kept) bytes.copy(this.kept, 0, from)
  }
}

/** Looks in a whole body or message, also at what it was compressed to. Here markers as they were sent are found, too. */
export function searchWhole(reader: MarkerReader, content: Buffer, found: OnFound): void {
  const whole = { bytes: content, seen: 0, isLast: true, tellsPlain: true }
  searchContent(reader, whole, 0, found)
  for (const part of [...findCompressed(whole), decompressContent(content)]) {
    if (part) searchContent(reader, { ...whole, bytes: part.content }, 0, within(part.at, part.form, found))
  }
}

/** `base`: the place of the window's first byte. */
function searchContent(reader: MarkerReader, window: Window, base: number, found: OnFound): void {
  findMarkers(reader, window, base, found)
  for (const piece of removeEscapes(window)) {
    findMarkers(reader, piece, base + piece.at, (marker) => {
      const from = marker.at - base - piece.at
      if (piece.touches(from, from + marker.length)) found(addForm(marker, 'in escapes'))
    })
  }
}

const addForm = (marker: FoundMarker, form: string): FoundMarker => ({
  ...marker,
  form: `${marker.form} ${form}`.trimStart(),
})

/** Markers of what was compressed stand where the compressed data begin. */
const within =
  (at: number, form: string, found: OnFound): OnFound =>
  (marker) =>
    found({ ...addForm(marker, form), at })

/** Texts are made of few characters: where another one ends the tail, only a marker's length before it matters. */
function startOfTail(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - longestText)
  let start = bytes.length
  while (start > first && isOfText[bytes[start - 1] as number] === 1) start--
  return Math.min(start, Math.max(0, bytes.length - longestRest))
}

const isOfText = new Uint8Array(256)
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_%\\') {
  isOfText[character.charCodeAt(0)] = 1
}

/** Chunks of all connections of a thread are joined to what came before them in the same room. */
let room = Buffer.allocUnsafeSlow(2 * followBytes)

function roomFor(bytes: number): Buffer {
  if (room.length < bytes) room = Buffer.allocUnsafeSlow(2 * bytes)
  return room
}
