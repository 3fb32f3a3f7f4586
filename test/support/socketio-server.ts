import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket as NetSocket } from 'node:net'
import { Server, type Socket } from 'socket.io'

export interface SocketIoServer {
  readonly url: string
  readonly io: Server
  /** The sockets below. */
  readonly sockets: Set<NetSocket>
  stop(): Promise<void>
}

/** A server of socket.io on a free port, which does what `accept` does with each connection. */
export async function startSocketIoServer(accept: (socket: Socket) => void): Promise<SocketIoServer> {
  const http = createServer()
  const sockets = new Set<NetSocket>()
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const io = new Server(http, { serveClient: false, pingInterval: 100, pingTimeout: 100 })
  io.on('connection', accept)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    io,
    sockets,
    async stop() {
      const closed = once(http, 'close')
      await io.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
