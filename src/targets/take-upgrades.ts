import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpReply } from './http-error.ts'

/** The head of a request that wants to go on in another protocol. Whoever takes it goes on with the socket, or refuses. */
export interface UpgradeRequest {
  readonly message: IncomingMessage
  readonly socket: Socket
  /** What has come already of the other protocol. */
  readonly head: Buffer
}

export type TakeUpgrade = (request: UpgradeRequest) => void

/** The sockets that are no longer the HTTP server's, for whoever must end them. */
export function takeUpgrades(server: Server, take: TakeUpgrade | undefined): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  if (!take) return sockets
  server.on('upgrade', (message: IncomingMessage, socket: Socket, head: Buffer) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // The 'close' that follows is all that anyone needs to know.
    socket.on('error', () => {})
    // Half-open sockets are allowed here: without this each client that leaves would leave a descriptor behind.
    socket.once('end', () => socket.destroy())
    take({ message, socket, head })
  })
  return sockets
}

/** Answers as HTTP, and closes. */
export function refuseUpgrade(socket: Socket, { status, body, headers }: HttpReply): void {
  const text = JSON.stringify(body)
  const described = {
    connection: 'close',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  }
  const lines = Object.entries(described).map(([name, value]) => `${name}: ${value}`)
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${text}`)
  socket.destroySoon()
}
