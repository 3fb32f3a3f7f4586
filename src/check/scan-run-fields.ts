import { markerLength, markerMagic, markerMagicOffset, readRunField } from '../core/marker.ts'

const needle = Buffer.from(markerMagic, 'latin1')
const carryLimit = markerLength - 1

/** Counts the markers of a stream by the 16 bits that tell their run, which are all that can be read without its id. */
export class RunFieldScan {
  /** How many markers by the bits of their run. */
  readonly counts = new Map<number, number>()
  private carry = Buffer.alloc(0)

  scan(chunk: Buffer): void {
    const bytes = this.carry.length > 0 ? Buffer.concat([this.carry, chunk]) : chunk
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
      // What is cut off at the end comes again with the next chunk.
      if (at - markerMagicOffset + markerLength > bytes.length) break
      const field = readRunField(bytes, at)
      if (field !== undefined) this.counts.set(field, (this.counts.get(field) ?? 0) + 1)
    }
    this.carry = Buffer.from(bytes.subarray(Math.max(0, bytes.length - carryLimit)))
  }
}
