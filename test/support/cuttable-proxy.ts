import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be stopped and cut. */
export interface CuttableProxy {
  readonly port: number
  /** From now on nothing of what the server answers arrives. */
  muffle(): void
  /** Resets every connection. */
  cut(): void
  /** Cuts, and lets nobody in until `open`. */
  close(): Promise<void>
  open(): Promise<void>
}

export async function startCuttableProxy(serverPort: number): Promise<CuttableProxy> {
  const ends = new Map<Socket, Socket>()
  const server = createServer((near) => {
    const far = connect(serverPort, '127.0.0.1')
    ends.set(near, far)
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy()).on('close', () => ends.delete(near) && far.destroy())
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cut = () => {
    for (const near of ends.keys()) near.resetAndDestroy()
  }
  return {
    port,
    cut,
    muffle() {
      for (const [near, far] of ends) far.unpipe(near).resume()
    },
    async close() {
      server.close()
      cut()
      await once(server, 'close')
    },
    async open() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}
