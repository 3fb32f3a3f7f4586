import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface TestServer {
  readonly port: number
  readonly sockets: Socket[]
  stop(): Promise<void>
}

/** A TCP server on a free loopback port that does with each connection what the test says. */
export async function startTcpServer(serve: (socket: Socket) => void): Promise<TestServer> {
  const sockets: Socket[] = []
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.push(socket)
    // A test's client may leave in any way; how it left is asserted at the client.
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async stop() {
      for (const socket of sockets) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}
