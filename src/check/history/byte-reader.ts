/** Reads what `ByteWriter` wrote, record by record. Throws a RangeError where the bytes end too early. */
export class ByteReader {
  private buffer: Buffer = Buffer.alloc(0)
  private at = 0
  private end = 0

  /** From here on the bytes from `start` to `end` are read. */
  open(buffer: Buffer, start: number, end: number): void {
    this.buffer = buffer
    this.at = start
    this.end = end
  }

  get isAtEnd(): boolean {
    return this.at === this.end
  }

  byte(): number {
    if (this.at >= this.end) throw new RangeError('the record ends too early')
    return this.buffer[this.at++] as number
  }

  unsigned(): number {
    const first = this.byte()
    // Nearly all numbers of a history are small.
    if (first < 0x80) return first
    let value = first & 0x7f
    let factor = 128
    for (;;) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 128
    }
  }

  signed(): number {
    const value = this.unsigned()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  double(): number {
    return this.buffer.readDoubleLE(this.skip(8))
  }

  text(): string {
    const header = this.unsigned()
    const bytes = Math.floor(header / 2)
    const start = this.skip(bytes)
    return this.buffer.toString(header % 2 === 0 ? 'utf8' : 'utf16le', start, start + bytes)
  }

  private skip(bytes: number): number {
    const start = this.at
    if (start + bytes > this.end) throw new RangeError('the record ends too early')
    this.at += bytes
    return start
  }
}
