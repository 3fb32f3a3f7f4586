import { Socket } from 'node:net'

/** Sees every inbound chunk before anybody can read it. The chunk is valid during the call only. */
export interface Tap {
  scan(chunk: Buffer): void
}

/**
 * A TCP socket that shows each inbound chunk to its tap once, in order, however it is read afterwards: Node hands what it
 * has received to `push`, and nothing else does. A parser that takes too much gives it back by `unshift`.
 */
export class TappedSocket<Owner extends Tap> extends Socket {
  /** Its tap, for listeners that many sockets share. */
  readonly tap: Owner

  constructor(tap: Owner) {
    super()
    this.tap = tap
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk !== null) this.tap.scan(chunk)
    return super.push(chunk, encoding)
  }
}
