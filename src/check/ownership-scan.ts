import type { Mark } from '../core/event.ts'
import {
  type MarkerFields,
  markerLength,
  markerMagic,
  markerMagicOffset,
  maxEpochs,
  type RunKey,
  readMarker,
} from '../core/marker.ts'
import type { ClientIndex } from '../core/plan.ts'

export interface ScanResult {
  readonly bytes: number
  /** Markers of this client, of either kind. */
  readonly own: number
  /** Every other marker, and own ones of an identity that this client has given up. */
  readonly foreign: readonly Mark[]
}

/** Looks at every inbound byte of one connection. A marker counts with the chunk that completes it. */
export interface OwnershipScan {
  /** Chunks come in order; the scan keeps no reference to them. */
  scan(chunk: Uint8Array): ScanResult
}

const magic = Buffer.from(markerMagic, 'latin1')
const carryLimit = markerLength - 1

/** `epoch` is the connection's: own markers of earlier epochs are stale and told as foreign. */
export function createOwnershipScan(key: RunKey, client: ClientIndex, epoch = 0): OwnershipScan {
  // The last bytes seen, too few for a whole marker, and room for as many of the next chunk.
  const border = Buffer.alloc(2 * carryLimit)
  let carried = 0
  let position = 0

  return {
    scan(chunk) {
      const bytes = asBuffer(chunk)
      let own = 0
      const foreign: Mark[] = []
      const decide = (fields: MarkerFields, offset: number) => {
        if (fields.owner === client && !isStale(fields.epoch, epoch)) own++
        else foreign.push({ ...fields, offset })
      }
      const head = bytes.copy(border, carried, 0, Math.min(bytes.length, carryLimit))
      const joined = border.subarray(0, carried + head)
      const carriedFrom = position - carried
      findMarkers(key, joined, carried, (fields, at) => decide(fields, carriedFrom + at))
      findMarkers(key, bytes, bytes.length, (fields, at) => decide(fields, position + at))
      carried = keepTail(border, joined, bytes)
      position += bytes.length
      return { bytes: bytes.length, own, foreign }
    },
  }
}

/**
 * Tells every whole marker that starts before `before`. Each place of the magic is judged for itself, whatever
 * stands around it, which makes the result independent of how the stream was split.
 */
function findMarkers(key: RunKey, bytes: Buffer, before: number, found: (fields: MarkerFields, at: number) => void) {
  let magicAt = bytes.indexOf(magic)
  while (magicAt >= 0 && magicAt - markerMagicOffset < before) {
    const fields = readMarker(key, bytes, magicAt)
    if (fields) found(fields, magicAt - markerMagicOffset)
    magicAt = bytes.indexOf(magic, magicAt + magic.length)
  }
}

/** Moves the last bytes of what was seen to the front of `border` and returns how many. */
function keepTail(border: Buffer, joined: Buffer, chunk: Buffer): number {
  const seen = chunk.length < carryLimit ? joined : chunk
  return seen.copy(border, 0, Math.max(0, seen.length - carryLimit))
}

/** Epochs count modulo `maxEpochs`; the nearer half of the circle behind `current` is the past (as in RFC 1982). */
function isStale(epoch: number, current: number): boolean {
  const age = (current - epoch + maxEpochs) % maxEpochs
  return age > 0 && age < maxEpochs / 2
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
