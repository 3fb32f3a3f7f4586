import { offloadingRules } from '../../params/offloading-rules.ts'

/** One transfer as the server saw it. */
export interface Transfer {
  /** Before the clamp; negative where the device's clock is ahead. */
  readonly seconds: number
  /** The clamp acted. */
  readonly clamped: boolean
}

/** The running mean of how many seconds a byte takes from one device (see `offloadingRules`). */
export class NetworkPace {
  secondsPerByte: number = offloadingRules.initialPace
  clampedTransfers = 0

  take(seconds: number, bytes: number): Transfer {
    const { alpha, fastestPace, slowestPace } = offloadingRules
    const measured = seconds / bytes
    const plausible = Math.min(slowestPace, Math.max(fastestPace, measured))
    this.secondsPerByte += alpha * (plausible - this.secondsPerByte)
    const clamped = plausible !== measured
    if (clamped) this.clampedTransfers++
    return { seconds, clamped }
  }
}
