import { Socket } from 'node:net'
import { copyRead, readBuffer } from './read-buffer.ts'

/** Sees every inbound chunk before anybody can read it. The chunk is valid during the call only. */
export interface Tap {
  scan(chunk: Buffer): void
}

/**
 * A TCP socket that shows each inbound chunk to its tap once, in order, however it is read afterwards; a parser that takes
 * too much gives it back by `unshift`. To whoever listens for data a chunk goes at once, and through the stream's own queue
 * only where something waits there already: no memory for the largest possible chunk is made for each.
 */
export class TappedSocket<Owner extends Tap> extends Socket {
  /** Its tap, for listeners that many sockets share. */
  readonly tap: Owner

  constructor(tap: Owner) {
    // Of Node's documented options of a connection, this is the socket's own; it is called on the socket.
    super({ onread: { buffer: readBuffer, callback: receiveChunk } } as object)
    this.tap = tap
  }

  /** False: no more, until the stream asks for it. */
  receive(chunk: Buffer): boolean {
    this.tap.scan(chunk)
    if (!this.readableFlowing || this.readableLength > 0) return this.push(chunk)
    this.emit('data', chunk)
    return true
  }
}

/** Whoever reads may keep the chunk. */
function receiveChunk(this: TappedSocket<Tap>, length: number): boolean {
  return this.receive(copyRead(length))
}
