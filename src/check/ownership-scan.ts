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

/*
 * What is searched for: the magic without its first and last character. Node searches for seven bytes and less in another
 * way, which is several times faster, and by their first byte, of which JSON and numbers have fewer than of the magic's.
 */
const needle = Buffer.from(markerMagic.slice(1, -1), 'latin1')
const firstOfMagic = markerMagic.charCodeAt(0)
const lastOfMagic = markerMagic.charCodeAt(markerMagic.length - 1)
const carryLimit = markerLength - 1

/** `epoch` is the connection's: own markers of earlier epochs are stale and told as foreign. */
export function createOwnershipScan(key: RunKey, client: ClientIndex, epoch = 0): OwnershipScan {
  return new ConnectionScan(key, client, epoch)
}

class ConnectionScan implements OwnershipScan {
  private readonly key: RunKey
  private readonly client: ClientIndex
  private readonly epoch: number
  /** The last bytes seen, too few for a whole marker, and room for as many of the next chunk. Few connections need it. */
  private border: Buffer | undefined
  private carried = 0
  private position = 0
  private own = 0
  private foreign: Mark[] = []

  constructor(key: RunKey, client: ClientIndex, epoch: number) {
    this.key = key
    this.client = client
    this.epoch = epoch
  }

  scan(chunk: Uint8Array): ScanResult {
    const bytes = asBuffer(chunk)
    const { carried, position } = this
    const joined = carried > 0 ? this.join(bytes) : undefined
    if (joined) this.findMarkers(joined, carried, position - carried)
    this.findMarkers(bytes, bytes.length, position)
    this.keepTail(joined, bytes)
    this.position += bytes.length
    return this.takeResult(bytes.length)
  }

  /**
   * Decides on every whole marker that starts before `before`; `bytes` begin at `from` in the stream. Each place of the
   * magic is judged for itself, whatever stands around it, which makes the result independent of how the stream was
   * split.
   */
  private findMarkers(bytes: Buffer, before: number, from: number): void {
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
      const begin = at - 1 - markerMagicOffset
      if (begin >= before) return
      if (bytes[at - 1] !== firstOfMagic || bytes[at + needle.length] !== lastOfMagic) continue
      const fields = readMarker(this.key, bytes, at - 1)
      if (fields) this.decide(fields, from + begin)
    }
  }

  private decide(fields: MarkerFields, offset: number): void {
    if (fields.owner === this.client && !isStale(fields.epoch, this.epoch)) this.own++
    else this.foreign.push({ ...fields, offset })
  }

  /** What was carried, and so much of the chunk that every marker is whole that begins before it. */
  private join(chunk: Buffer): Buffer {
    const border = this.border as Buffer
    return border.subarray(0, this.carried + chunk.copy(border, this.carried, 0, carryLimit))
  }

  /** Keeps the last bytes for the next chunk, as far as they can be the beginning of a marker. */
  private keepTail(joined: Buffer | undefined, chunk: Buffer): void {
    const seen = joined && chunk.length < carryLimit ? joined : chunk
    const from = startOfTail(seen)
    this.carried = seen.length - from
    if (this.carried === 0) return
    this.border ??= Buffer.allocUnsafe(2 * carryLimit)
    seen.copy(this.border, 0, from)
  }

  private takeResult(bytes: number): ScanResult {
    const { own, foreign } = this
    this.own = 0
    if (foreign.length > 0) this.foreign = []
    return { bytes, own, foreign: foreign.length > 0 ? foreign : nothing }
  }
}

const nothing: readonly Mark[] = []

/** Markers are made of few characters: no tail that could become one has another, and most messages end with one. */
function startOfTail(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - carryLimit)
  let start = bytes.length
  while (start > first && isOfMarker[bytes[start - 1] as number] === 1) start--
  return start
}

const isOfMarker = new Uint8Array(256)
for (const character of '0123456789abcdef-') isOfMarker[character.charCodeAt(0)] = 1

/** Epochs count modulo `maxEpochs`; the nearer half of the circle behind `current` is the past (as in RFC 1982). */
function isStale(epoch: number, current: number): boolean {
  const age = (current - epoch + maxEpochs) % maxEpochs
  return age > 0 && age < maxEpochs / 2
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
