import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below those that systems give to outgoing connections (32768 and up on Linux, 49152 and up elsewhere): a server takes some
 * seconds to start, in which one of thousands of test connections would have got a port from there.
 */
const lowest = 20_000
const highest = 32_000

/** Ports of the loopback address that nobody listens at, each another. */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const settled = Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)])
  server.listen(port, '127.0.0.1')
  const free = await settled.catch(() => false)
  if (free) {
    server.close()
    await once(server, 'close')
  }
  return free
}
