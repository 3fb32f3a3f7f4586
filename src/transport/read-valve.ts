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
  }

  open(): void {
    const { socket } = this
    if (!this.isShut) return
    this.isShut = false
    Reflect.deleteProperty(socket, 'read')
    Reflect.deleteProperty(socket, 'resume')
    socket.resume()
  }
}
