import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { McsimError } from '../core/errors.ts'

export interface TcpServerOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Half-open sockets are allowed: whoever accepts one must end or destroy it. Its errors only close it. */
  readonly accept: (socket: Socket) => void
}

export interface TcpServer {
  readonly port: number
  /**
   * Accepts nobody from now on, calls `finish` for each connection, so that it can be told and ended, and destroys
   * what is still open after `limitMs`. Resolves when all are closed. Idempotent.
   */
  stop(options: { readonly finish: (socket: Socket) => void; readonly limitMs: number }): Promise<void>
}

/** Throws a `McsimError` where the address cannot be had. */
export async function startTcpServer({ host, port, accept }: TcpServerOptions): Promise<TcpServer> {
  const connections = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    // The 'close' that follows is all that a server needs to know.
    socket.on('error', () => {})
    accept(socket)
  })
  let stopped: Promise<void> | undefined
  const listeningPort = await listen(server, { host, port })
  return {
    port: listeningPort,
    stop: ({ finish, limitMs }) => {
      stopped ??= new Promise((resolve) => {
        const limit = setTimeout(() => {
          for (const socket of connections) socket.destroy()
        }, limitMs)
        server.close(async () => {
          clearTimeout(limit)
          // The last sockets are destroyed by now, but their owners have not been told yet.
          await Promise.all([...connections].map((socket) => new Promise((closed) => socket.once('close', closed))))
          resolve()
        })
        for (const socket of connections) finish(socket)
      })
      return stopped
    },
  }
}

/** Returns the port. */
export function listen(server: Server, address: ListenOptions & { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, address)))
    server.listen(address, () => {
      const bound = server.address()
      resolve(typeof bound === 'object' && bound ? bound.port : address.port)
    })
  })
}

function explain(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there; choose another port, or 0 for any free one',
    EACCES: 'this port needs more rights; choose one above 1023',
    EADDRNOTAVAIL: 'this machine does not have that address',
    ENOTFOUND: 'no address is known by that name',
  }
  const hint = hints[error.code ?? '']
  if (!hint) return error
  return new McsimError({ code: 'cannot-listen', message: `cannot listen on ${host}:${port} (${error.code})`, hint })
}
