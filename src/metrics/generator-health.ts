import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Observer } from '../core/event.ts'
import type { HealthReport } from '../core/report.ts'
import { createHistogram, type HistogramState, mergeHistograms } from './histogram.ts'

/** How well one thread kept up. Plain JSON; merges over threads and shards: the worst counts. */
export interface ThreadHealth {
  /** Share of the time in which the event loop was busy, 0…1. */
  readonly busyShare: number
  readonly loopDelayP99Ms: number
  /** How much later than planned clients arrived. */
  readonly lateness: HistogramState
  /** Of the whole process. */
  readonly peakRssBytes: number
}

/** How well one thread keeps up at this moment. */
export interface LiveHealth {
  /** Since the last time that it was asked for. */
  readonly busyShare: number
  /** Since the beginning. */
  readonly loopDelayP99Ms: number
  readonly latenessP99Ms: number
  /** Of the whole process. */
  readonly rssBytes: number
}

export interface HealthObserver extends Observer {
  snapshot(): LiveHealth
  /** Ends the measurement. */
  conclude(): ThreadHealth
}

const resolutionMs = 10

/** Watches the event loop of the thread that calls it, from now on. */
export function observeHealth(): HealthObserver {
  const loop = monitorEventLoopDelay({ resolution: resolutionMs })
  loop.enable()
  const before = performance.eventLoopUtilization()
  const lateness = createHistogram()
  let latest: ThreadHealth | undefined
  let lastAsked = before
  // What is sampled is the time between two ticks of a timer, its interval included.
  const loopDelayP99Ms = () => (loop.count > 0 ? Math.max(0, loop.percentile(99) / 1e6 - resolutionMs) : 0)
  return {
    observe(event) {
      if (event.type === 'arrived') lateness.record(event.atMs - event.scheduledAtMs)
    },
    snapshot() {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, lastAsked)
      lastAsked = now
      return {
        busyShare: utilization,
        loopDelayP99Ms: loopDelayP99Ms(),
        latenessP99Ms: lateness.percentiles().p99,
        rssBytes: process.memoryUsage.rss(),
      }
    },
    conclude() {
      loop.disable()
      latest ??= {
        busyShare: performance.eventLoopUtilization(before).utilization,
        loopDelayP99Ms: loopDelayP99Ms(),
        lateness: lateness.state(),
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
      }
      return latest
    },
  }
}

export function mergeHealth(threads: readonly ThreadHealth[]): ThreadHealth {
  const worst = (of: (health: ThreadHealth) => number) => Math.max(0, ...threads.map(of))
  return {
    busyShare: worst(({ busyShare }) => busyShare),
    loopDelayP99Ms: worst(({ loopDelayP99Ms }) => loopDelayP99Ms),
    lateness: mergeHistograms(threads.map(({ lateness }) => lateness)),
    peakRssBytes: worst(({ peakRssBytes }) => peakRssBytes),
  }
}

export function reportHealth(health: ThreadHealth): HealthReport {
  const { p50, p99 } = createHistogram([health.lateness]).percentiles()
  return {
    cpuShare: health.busyShare,
    loopDelayP99Ms: health.loopDelayP99Ms,
    latenessP50Ms: p50,
    latenessP99Ms: p99,
    peakRssBytes: health.peakRssBytes,
  }
}

/** The worst of all threads. */
export function mergeLiveHealth(threads: readonly LiveHealth[]): LiveHealth {
  const worst = (of: keyof LiveHealth) => Math.max(0, ...threads.map((health) => health[of]))
  return {
    busyShare: worst('busyShare'),
    loopDelayP99Ms: worst('loopDelayP99Ms'),
    latenessP99Ms: worst('latenessP99Ms'),
    rssBytes: worst('rssBytes'),
  }
}
