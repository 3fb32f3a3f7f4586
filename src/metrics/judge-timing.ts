import type { HealthReport, RunReport } from '../core/report.ts'
import { formatDuration } from '../core/units.ts'

/** Beyond these the generator itself, and not the target, may be what was measured. */
const steady = { busyShare: 0.9, latenessP99Ms: 5, loopDelayP99Ms: 20 }

/** A short run is mostly start-up: code is compiled, and a p99 of the event loop rests on a handful of samples. */
const short = { ...steady, busyShare: 1, loopDelayP99Ms: 100 }
const shortBelowMs = 5000

/** How well the generator kept up, or keeps up so far. */
export type JudgedHealth = Pick<HealthReport, 'cpuShare' | 'loopDelayP99Ms' | 'latenessP99Ms'>

export interface TimedRun {
  readonly durationMs: number
  /** Late arrivals matter to an open model alone: in a closed one the next step waits for the last anyway. */
  readonly hasOpenModel: boolean
}

/** Whether the measured times may be believed. Says nothing of isolation, which does not hang on an idle machine. */
export function judgeTiming(health: JudgedHealth, { durationMs, hasOpenModel }: TimedRun): RunReport['timing'] {
  const limits = durationMs < shortBelowMs ? short : steady
  const reasons: string[] = []
  if (health.cpuShare > limits.busyShare) {
    const percent = Math.round(health.cpuShare * 100)
    reasons.push(`a load thread was busy ${percent} % of the time: use more threads, more machines or fewer clients`)
  }
  if (hasOpenModel && health.latenessP99Ms > limits.latenessP99Ms) {
    const late = formatDuration(health.latenessP99Ms)
    reasons.push(`one client in a hundred arrived ${late} late or later: lower the arrival rate or use more threads`)
  }
  if (health.loopDelayP99Ms > limits.loopDelayP99Ms) {
    const delay = formatDuration(health.loopDelayP99Ms)
    reasons.push(`the event loop was held up for ${delay} (p99): run the target elsewhere or use smaller messages`)
  }
  return { trusted: reasons.length === 0, reasons }
}
