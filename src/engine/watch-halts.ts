/** Tells for how long this thread could not attend to its sockets. */
export interface HaltWatch {
  /** Milliseconds of halts between two moments of the run's clock, the second of which is now or just was. */
  haltedMs(fromMs: number, toMs: number): number
  stop(): void
}

interface Halt {
  readonly fromMs: number
  readonly toMs: number
}

const tickMs = 10
/** Less is no halt: timers fire a little late on any machine. */
const leastHaltMs = 20
/** Longer than any operation is under way. */
const keptMs = 120_000

/**
 * Watches the event loop of the thread that calls it: between two ticks that lie further apart than they should, whatever
 * came lay unread, for a reason of the generator or its machine, and no server is to be blamed for it.
 */
export function watchHalts(now: () => number): HaltWatch {
  const halts: Halt[] = []
  let tickedAtMs = now()
  const tick = () => {
    const atMs = now()
    if (atMs - tickedAtMs - tickMs >= leastHaltMs) halts.push({ fromMs: tickedAtMs + tickMs, toMs: atMs })
    while (halts[0] && halts[0].toMs < atMs - keptMs) halts.shift()
    tickedAtMs = atMs
  }
  const timer = setInterval(tick, tickMs)
  timer.unref()
  return {
    haltedMs(fromMs, toMs) {
      let sum = 0
      for (let i = halts.length - 1; i >= 0; i--) {
        const halt = halts[i] as Halt
        if (halt.toMs <= fromMs) break
        sum += Math.max(0, Math.min(halt.toMs, toMs) - Math.max(halt.fromMs, fromMs))
      }
      // What comes first after a halt may be read before the next tick.
      const untickedMs = toMs - Math.max(tickedAtMs + tickMs, fromMs)
      return untickedMs >= leastHaltMs ? sum + untickedMs : sum
    },
    stop: () => clearInterval(timer),
  }
}
