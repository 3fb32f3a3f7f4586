import type { Completion, Fault } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'

interface StruckClient {
  /** All that were ever struck. */
  readonly connections: Set<number>
  atMs: number
  hasRecovered: boolean
}

/**
 * Who is under a fault. An operation is, on a connection that was struck; and on any other one until one that was begun
 * after the fault has ended well; a connection that stands is not enough.
 */
export class StruckClients {
  private readonly clients = new Map<ClientIndex, StruckClient>()

  add({ client, connection, atMs }: Fault): void {
    const known = this.clients.get(client) ?? { connections: new Set(), atMs, hasRecovered: false }
    known.connections.add(connection)
    known.atMs = atMs
    known.hasRecovered = false
    this.clients.set(client, known)
  }

  has(client: ClientIndex, connection: number): boolean {
    if (this.clients.size === 0) return false
    const known = this.clients.get(client)
    return known !== undefined && (!known.hasRecovered || known.connections.has(connection))
  }

  /** `sentAtMs` is when the operation was begun. */
  complete({ client, connection, operation, outcome }: Completion, sentAtMs: number | undefined): void {
    if (this.clients.size === 0 || outcome !== 'ok' || operation === 'connect') return
    const known = this.clients.get(client)
    if (!known || sentAtMs === undefined || sentAtMs < known.atMs || known.connections.has(connection)) return
    known.hasRecovered = true
  }
}
