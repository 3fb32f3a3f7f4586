import { Socket } from 'node:net'
import { copyRead, readBuffer } from './read-buffer.ts'

/**
 * A TCP socket that shows every inbound chunk to `tap` before anybody else can read it. Readers take chunks the usual way,
 * on 'readable', at once: what nobody takes is dropped. Its own way of reading costs a third of what a stream's costs,
 * because no memory for the largest possible chunk is made for each.
 */
export class DirectSocket extends Socket {
  private chunk: Buffer | null = null
  private fatal: Buffer | undefined

  constructor(tap: (chunk: Buffer) => void) {
    const take = (length: number) => {
      // Whoever reads may keep it.
      const chunk = copyRead(length)
      tap(chunk)
      this.chunk = chunk
      this.emit('readable')
      this.chunk = null
      if (this.destroyed) this.fatal = chunk
      return true
    }
    // Of Node's documented options of a connection, these are the socket's own.
    super({ noDelay: true, onread: { buffer: readBuffer, callback: take } } as object)
  }

  /** The chunk that made its reader destroy the socket. */
  get fatalChunk(): Buffer | undefined {
    return this.fatal
  }

  override read(size?: number): Buffer | null {
    const { chunk } = this
    if (chunk === null) return super.read(size)
    this.chunk = null
    return chunk
  }
}
