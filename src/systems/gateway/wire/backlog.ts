const smallest = 4096
const largestKept = 256 * 1024

/**
 * Bytes of an incomplete frame. Chunks are walked in place; only what a chunk leaves over is copied, because sockets
 * may use their read buffer again. Grows with what has come, never with what a peer has announced.
 */
export class Backlog {
  private buffer: Buffer = Buffer.alloc(0)
  length = 0

  /** What is held, followed by the chunk. Valid until the next call. */
  join(chunk: Uint8Array): Buffer {
    if (this.length === 0) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.append(chunk)
    return this.buffer.subarray(0, this.length)
  }

  append(chunk: Uint8Array): void {
    const total = this.length + chunk.length
    if (total > this.buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(total, 2 * this.buffer.length, smallest))
      this.buffer.copy(grown, 0, 0, this.length)
      this.buffer = grown
    }
    this.buffer.set(chunk, this.length)
    this.length = total
  }

  /** Holds `bytes` from `offset` on, and nothing else. `bytes` may be what `join` returned. */
  keep(bytes: Uint8Array, offset: number): void {
    const rest = bytes.subarray(offset)
    if (rest.buffer === this.buffer.buffer) {
      if (offset > 0) this.buffer.copyWithin(0, offset, bytes.length)
      this.length = rest.length
    } else {
      this.length = 0
      this.append(rest)
    }
    if (this.length === 0 && this.buffer.length > largestKept) this.buffer = Buffer.alloc(0)
  }
}
