import type { Socket } from 'node:net'

/** Keeps a socket from reading, whatever those who use it ask of it meanwhile. */
export class ReadValve {
  private readonly socket: Socket
  private isShut = false

  constructor(socket: Socket) {
    this.socket = socket
  }

  shut(): void {
    const { socket } = this
    if (this.isShut) return
    this.isShut = true
    socket.pause()
    // Both would begin to read again.
    socket.read = () => null
    socket.resume = () => socket
    // Whoever closes with it may read what came before.
    socket.prependOnceListener('close', this.release)
  }

  open(): void {
    const { socket } = this
    if (!this.isShut) return
    this.isShut = false
    socket.off('close', this.release)
    this.release()
    socket.resume()
  }

  private readonly release = (): void => {
    Reflect.deleteProperty(this.socket, 'read')
    Reflect.deleteProperty(this.socket, 'resume')
  }
}
