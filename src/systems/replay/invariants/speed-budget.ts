import { InFlight } from '../../../core/in-flight.ts'

interface Account {
  /** The budget when the socket was opened. */
  fromMs: number
  sinceMs: number
  snapshots: number
}

/** How much market could have been played since a session began: time, each stretch as often as its speed allows. */
export class SpeedBudget {
  private totalMs = 0
  private untilMs: number
  private speed: number
  private readonly accounts = new InFlight<Account>()

  constructor(nowMs: number, speed: number) {
    this.untilMs = nowMs
    this.speed = speed
  }

  /** Time has passed, at the speed that held so far. From now on it is `speed` at most. */
  advance(nowMs: number, speed: number): void {
    this.totalMs += (nowMs - this.untilMs) * this.speed
    this.untilMs = nowMs
    this.speed = speed
  }

  /** From now on snapshots may come over this connection. */
  open(connection: number): void {
    this.accounts.add(connection, { fromMs: this.totalMs, sinceMs: this.untilMs, snapshots: 0 })
  }

  close(connection: number): void {
    this.accounts.take(connection)
  }

  /** One more has come over a connection; undefined for one that was not opened. */
  count(
    connection: number,
  ): { readonly snapshots: number; readonly sinceMs: number; readonly playedMs: number } | undefined {
    const account = this.accounts.get(connection)
    if (!account) return undefined
    account.snapshots++
    const { snapshots, sinceMs, fromMs } = account
    return { snapshots, sinceMs, playedMs: this.totalMs - fromMs }
  }
}
