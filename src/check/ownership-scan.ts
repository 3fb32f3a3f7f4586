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
import type { DeepBudget } from './deep-scan/deep-budget.ts'
import { DeepScan, searchWhole } from './deep-scan/deep-scan.ts'
import type { FoundMarker, MarkerReader } from './deep-scan/find-markers.ts'

/** What all scans of a thread share. */
export interface ScanSettings extends MarkerReader {
  readonly budget: DeepBudget
}

export interface ScanResult {
  readonly bytes: number
  /** How many of them were searched for markers in other forms, too. */
  readonly deepBytes: number
  /** Markers of this client, of either kind. */
  readonly own: number
  /** Every other marker, and own ones of an identity that this client has given up. */
  readonly foreign: readonly Mark[]
}

/** Looks at every inbound byte of one connection. A marker counts with the chunk that completes it. */
export interface OwnershipScan {
  /** Chunks come in order; the scan keeps no reference to them. */
  scan(chunk: Uint8Array, atMs: number): ScanResult
  /** A whole body or message by itself, as it was decoded. Tells what the chunks since the last one did not show. */
  scanDecoded(content: Uint8Array, how: string, atMs: number): ScanResult
  /** Nothing more comes: what might have gone on does not. */
  end(): ScanResult
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
export function createOwnershipScan(settings: ScanSettings, client: ClientIndex, epoch = 0): OwnershipScan {
  return new ConnectionScan(settings, client, epoch)
}

class ConnectionScan implements OwnershipScan {
  private readonly settings: ScanSettings
  private readonly key: RunKey
  private readonly client: ClientIndex
  private readonly epoch: number
  /** The last bytes seen, too few for a whole marker, and room for as many of the next chunk. Few connections need it. */
  private border: Buffer | undefined
  private carried = 0
  private position = 0
  private own = 0
  private foreign: Mark[] = []
  private deep: DeepScan | undefined
  /** What the chunks have shown that came since something was decoded. */
  private shownOwn = 0
  private shown: Set<string> | undefined

  constructor(settings: ScanSettings, client: ClientIndex, epoch: number) {
    this.settings = settings
    this.key = settings.key
    this.client = client
    this.epoch = epoch
  }

  scan(chunk: Uint8Array, atMs: number): ScanResult {
    const bytes = asBuffer(chunk)
    const { carried, position } = this
    const joined = carried > 0 ? this.join(bytes) : undefined
    if (joined) this.findMarkers(joined, carried, position - carried)
    this.findMarkers(bytes, bytes.length, position)
    this.keepTail(joined, bytes)
    const deepBytes = this.scanDeep(bytes, atMs)
    this.position += bytes.length
    return this.show(this.takeResult(bytes.length, deepBytes))
  }

  scanDecoded(content: Uint8Array, how: string, atMs: number): ScanResult {
    const bytes = asBuffer(content)
    const isDeep = this.settings.budget.takes(bytes.length, atMs)
    if (isDeep) searchWhole(this.settings, bytes, (marker) => this.takeFound(marker, 0, how))
    else this.findMarkers(bytes, bytes.length, 0, `in ${how}`)
    return this.hideShown(this.takeResult(bytes.length, 0))
  }

  end(): ScanResult {
    this.deep?.end((marker) => this.takeFound(marker, this.position))
    return this.takeResult(0, 0)
  }

  /** Returns how many bytes it looked at. */
  private scanDeep(bytes: Buffer, atMs: number): number {
    if (!this.settings.budget.takes(bytes.length, atMs)) {
      this.deep?.skip()
      return 0
    }
    this.deep ??= new DeepScan(this.settings)
    this.deep.scan(bytes, (marker) => this.takeFound(marker, this.position))
    return bytes.length
  }

  private takeFound({ fields, at, form, isFragment }: FoundMarker, from: number, how?: string): void {
    if (isFragment && fields.owner === this.client) return
    const forms = how === undefined ? form : `${form} in ${how}`.trimStart()
    this.decide(fields, from + at, { form: forms, ...(isFragment && { isWeak: true }) })
  }

  /**
   * Decides on every whole marker that starts before `before`; `bytes` begin at `from` in the stream. Each place of the
   * magic is judged for itself, whatever stands around it, which makes the result independent of how the stream was
   * split.
   */
  private findMarkers(bytes: Buffer, before: number, from: number, form?: string): void {
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
      const begin = at - 1 - markerMagicOffset
      if (begin >= before) return
      if (bytes[at - 1] !== firstOfMagic || bytes[at + needle.length] !== lastOfMagic) continue
      const fields = readMarker(this.key, bytes, at - 1)
      if (fields) this.decide(fields, from + begin, form === undefined ? undefined : { form })
    }
  }

  private decide(fields: MarkerFields, offset: number, more: Pick<Mark, 'form' | 'isWeak'> | undefined): void {
    if (fields.owner === this.client && !isStale(fields.epoch, this.epoch)) this.own++
    else this.foreign.push({ ...fields, offset, ...more })
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

  private show(result: ScanResult): ScanResult {
    this.shownOwn += result.own
    if (result.foreign.length === 0) return result
    if (!this.shown || this.shown.size > shownLimit) this.shown = new Set()
    for (const mark of result.foreign) this.shown.add(identify(mark))
    return result
  }

  private hideShown(result: ScanResult): ScanResult {
    const { shown, shownOwn } = this
    this.shown = undefined
    this.shownOwn = 0
    const foreign = shown ? result.foreign.filter((mark) => !shown.has(identify(mark))) : result.foreign
    return { ...result, own: Math.max(0, result.own - shownOwn), foreign }
  }

  private takeResult(bytes: number, deepBytes: number): ScanResult {
    const { own, foreign } = this
    this.own = 0
    if (foreign.length > 0) this.foreign = []
    return { bytes, deepBytes, own, foreign: foreign.length > 0 ? foreign : nothing }
  }
}

const nothing: readonly Mark[] = []

/** In a flood of foreign markers one may be told twice. */
const shownLimit = 1000

const identify = ({ kind, owner, epoch, sequence }: Mark) => `${kind} ${owner} ${epoch} ${sequence}`

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
