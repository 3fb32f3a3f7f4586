import { formatDuration } from '../core/units.ts'
import type { RunProgress } from '../engine/progress.ts'
import { liveQuantileMs } from '../metrics/live-histogram.ts'
import type { Io } from './io.ts'

const everyMs = 1000

/** Prints one plain line per second to stderr, for pipes and CI. */
export function printProgress(io: Io): (progress: RunProgress) => void {
  let nextMs = everyMs
  return (progress) => {
    if (progress.elapsedMs < nextMs) return
    nextMs = (Math.floor(progress.elapsedMs / everyMs) + 1) * everyMs
    void io.stderr.write(`${formatProgress(progress)}\n`)
  }
}

/** `3.0 s  uploaders 4 alive, 2 of 6 done, 310 ok, 0 failed, p99 4.1 ms | …` */
function formatProgress({ elapsedMs, clients, operations }: RunProgress): string {
  const groups = clients.map(({ group, clients: counts }) => {
    const { arrived, finished, unfinished } = counts
    const live = operations.find((candidate) => candidate.group === group)
    const p99 = live && liveQuantileMs(live.response, 0.99)
    const failed = live ? live.counts.failed + live.counts.indeterminate : 0
    const parts = [
      `${arrived - finished - unfinished} alive`,
      `${finished} done`,
      `${live?.counts.ok ?? 0} ok`,
      `${failed} failed`,
    ]
    if (p99 !== undefined) parts.push(`p99 ${formatDuration(p99)}`)
    return `${group}: ${parts.join(', ')}`
  })
  return [formatDuration(elapsedMs).padStart(7), ...groups].join(' | ')
}
