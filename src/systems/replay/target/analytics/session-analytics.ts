import type { Feed } from '../market/feed.ts'
import { AlertMemory } from './alert-memory.ts'
import type { BookNumbers } from './book-numbers.ts'
import { orderFlow } from './order-flow.ts'
import { VolumeBuckets } from './volume-buckets.ts'

/** The numbers that depend on the snapshots before. */
export interface FlowNumbers {
  readonly ofi: number
  readonly vpin: number
  /** Alerts to show: bit i is for the i-th of `alertNames`. */
  readonly alerts: number
}

/** Follows the snapshots of one session in the order in which it sends them. */
export class SessionAnalytics {
  private last: { readonly mode: string; readonly symbol: string; readonly seq: number } | undefined
  private best: BookNumbers | undefined
  private buckets = new VolumeBuckets()
  private memory = new AlertMemory()

  /** `memory`: of the alerts that were shown, where it is not the session's own. */
  follow({ mode, symbol }: Feed, seq: number, numbers: BookNumbers, memory?: AlertMemory): FlowNumbers {
    const { last, best } = this
    const isJoined = last !== undefined && last.mode === mode && last.symbol === symbol && last.seq + 1 === seq
    if (!isJoined) {
      this.buckets = new VolumeBuckets()
      this.memory = new AlertMemory()
    }
    this.last = { mode, symbol, seq }
    this.best = numbers
    const ofi = isJoined && best ? orderFlow(best, numbers) : 0
    return { ofi, vpin: this.buckets.take(ofi), alerts: (memory ?? this.memory).show(numbers.alerts) }
  }
}
