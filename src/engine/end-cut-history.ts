import {
  abortedCode,
  type Completion,
  type Invocation,
  type Observer,
  type Opened,
  type RunEvent,
} from '../core/event.ts'
import { InFlight } from '../core/in-flight.ts'
import type { Arrival, ClientIndex } from '../core/plan.ts'

export interface CutEnder extends Observer {
  /** The time of the latest event. */
  readonly lastMs: number
  /**
   * Ends what the history left open, as a run ends it that is stopped at that moment: operations are indeterminate,
   * connections are closed, clients leave, and who had not come is dropped.
   */
  end(): void
}

/**
 * Hands on the events of a history that may have been cut. What is not in it has not happened for those who judge: that
 * a client was cut off must look to them like any stop, or they would call lost what nobody waited for.
 */
export function endCutHistory(arrivals: readonly Arrival[], observer: Observer): CutEnder {
  return new OpenEnds(arrivals, observer)
}

interface OpenClient {
  readonly connections: InFlight<Opened>
  readonly operations: InFlight<Invocation>
}

class OpenEnds implements CutEnder {
  lastMs = 0
  private readonly arrivals: readonly Arrival[]
  private readonly observer: Observer
  /** Who has come and not left. */
  private readonly present = new Map<ClientIndex, OpenClient>()
  private readonly gone = new Set<ClientIndex>()

  constructor(arrivals: readonly Arrival[], observer: Observer) {
    this.arrivals = arrivals
    this.observer = observer
  }

  observe(event: RunEvent): void {
    const { client, type, atMs } = event
    if (atMs > this.lastMs) this.lastMs = atMs
    if (type === 'invocation') this.present.get(client)?.operations.add(event.operationId, event)
    else if (type === 'completion') this.present.get(client)?.operations.take(event.operationId)
    else if (type === 'opened') this.present.get(client)?.connections.add(event.connection, event)
    else if (type === 'closed') this.present.get(client)?.connections.take(event.connection)
    else if (type === 'arrived') {
      this.present.set(client, { connections: new InFlight(), operations: new InFlight() })
    } else if (type === 'left' || type === 'dropped') {
      this.present.delete(client)
      this.gone.add(client)
    }
    this.observer.observe(event)
  }

  end(): void {
    const atMs = this.lastMs
    for (const { client } of this.arrivals) {
      const open = this.present.get(client)
      if (open) this.endClient(client, open)
      else if (!this.gone.has(client)) {
        this.observer.observe({ type: 'dropped', client, atMs, reason: 'the history ends before it arrived' })
      }
    }
  }

  private endClient(client: ClientIndex, { connections, operations }: OpenClient): void {
    const atMs = this.lastMs
    for (const { connection, operation, operationId } of operations.list()) {
      const of = { type: 'completion', client, connection, atMs, operation, operationId } as const
      const aborted: Completion = { ...of, outcome: 'indeterminate', errorCode: abortedCode, value: null }
      this.observer.observe(aborted)
    }
    for (const { connection } of connections.list()) {
      // How many bytes came in all is told with the end of a connection alone.
      this.observer.observe({ type: 'closed', client, connection, atMs, reason: 'aborted', bytesIn: 0 })
    }
    this.observer.observe({ type: 'left', client, atMs, finished: false })
  }
}
