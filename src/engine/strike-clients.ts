import type { Clock } from '../core/clock.ts'
import type { ClientIndex, PlannedStrike } from '../core/plan.ts'

/** One client's connections. */
export interface StrikableClient {
  /** Strikes those that stand. */
  strike(fault: PlannedStrike): void
}

/** The network faults of one thread: each strikes its client at its time, where the client is there by then. */
export class ClientStriker {
  private readonly clock: Clock
  /** In order of time. */
  private readonly strikes: readonly PlannedStrike[]
  private readonly clients = new Map<ClientIndex, StrikableClient>()
  private next = 0
  private timer: NodeJS.Timeout | undefined

  constructor(strikes: readonly PlannedStrike[], clock: Clock) {
    this.strikes = strikes.toSorted((a, b) => a.atMs - b.atMs)
    this.clock = clock
  }

  /** From now on the client is there to be struck. */
  enlist(client: ClientIndex, strikable: StrikableClient): void {
    this.clients.set(client, strikable)
  }

  start(): void {
    const strike = this.strikes[this.next]
    if (!strike) return
    this.timer = setTimeout(() => this.strikeDue(), Math.max(0, strike.atMs - this.clock.now()))
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  /** A timer may fire a little early. */
  private strikeDue(): void {
    const nowMs = this.clock.now()
    for (;;) {
      const strike = this.strikes[this.next]
      if (!strike || strike.atMs > nowMs) break
      this.next++
      this.clients.get(strike.client)?.strike(strike)
    }
    this.start()
  }
}
