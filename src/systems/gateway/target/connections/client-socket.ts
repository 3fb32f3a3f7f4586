import { once } from 'node:events'
import type { Socket } from 'node:net'

/** How long a connection that was told its end may still read. */
const lingerMs = 1000

/** The writing side of one client's connection. */
export class ClientSocket {
  readonly #socket: Socket
  readonly #gone = new AbortController()

  constructor(socket: Socket) {
    this.#socket = socket
    socket.once('close', () => this.#gone.abort())
  }

  /** Resolves when there is room for more, or nobody reads any more. */
  async write(bytes: Uint8Array | string): Promise<void> {
    if (!this.#socket.writable || this.#socket.write(bytes)) return
    await once(this.#socket, 'drain', { signal: this.#gone.signal }).catch(() => {})
  }

  /** Sends the last bytes. What still comes is dropped, so that a client in the middle of sending can read them. */
  end(bytes?: Uint8Array): void {
    if (this.#socket.destroyed) return
    if (bytes) this.#socket.end(bytes)
    else this.#socket.end()
    this.#socket.on('data', () => {}).resume()
    const limit = setTimeout(() => this.#socket.destroy(), lingerMs)
    this.#socket.once('close', () => clearTimeout(limit))
  }
}
