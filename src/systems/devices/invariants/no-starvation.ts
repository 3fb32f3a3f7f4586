import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Checker, Conclusion, Invariant } from '../../../core/check.ts'
import type { Completion, RunEvent } from '../../../core/event.ts'
import { InFlight } from '../../../core/in-flight.ts'
import type { ClientIndex } from '../../../core/plan.ts'

export const noStarvation: Invariant = {
  name: 'no-starvation',
  kind: 'liveness',
  sentence: 'No device waits on the slow request of a neighbour.',
}

/** A request was made to wait when it took so many times as long as the median of the device's own, and at least so long. */
const waitRatio = 20
const waitLimitMs = 200
/** Every machine halts now and then: so many waits, and such a share of all requests, are needed. */
const fewestWaits = 3
const waitShare = 0.02
/**
 * A time limit that is no such multiple of the median is met now and then on a machine that is busy with other things,
 * too: then so large a share of the requests has to meet it.
 */
const timeoutShare = 0.1
/** Of fewer requests there is no median worth the name. */
const fewestRequests = 20
/** So many times are kept; a device that sends more is judged by the first ones. */
const keptRequests = 4096

/**
 * Statistical. Compares a device's requests with the median of its own, so that a slow network or a slow server is none
 * of it: what stands out are requests that had to wait for something that is not always there. Time in which the generator
 * itself was held up is not counted.
 */
export const createStarvationChecker = (client: ClientIndex): Checker => new StarvationChecker(client)

interface SlowRequest {
  readonly ms: number
  readonly event: Completion
}

class StarvationChecker implements Checker {
  private readonly findings: FindingLog
  private readonly sentAtMs = new InFlight<number>()
  private readonly took: number[] = []
  private undecidable = 0
  /** Only of those that may turn out to have waited, the events are needed. */
  private slow: SlowRequest[] | undefined

  constructor(client: ClientIndex) {
    this.findings = createFindingLog(noStarvation, client)
  }

  get invariant(): Invariant {
    return noStarvation
  }

  observe(event: RunEvent): void {
    if (event.type === 'completion') this.observeCompletion(event)
    else if (event.type === 'invocation' && event.operation !== 'connect')
      this.sentAtMs.add(event.operationId, event.atMs)
  }

  conclude(): Conclusion {
    const { took, findings, undecidable, slow = [] } = this
    const medianMs = median(took)
    const waited = listWaits(slow, took.length, medianMs)
    const denied = waited.filter(({ event }) => isDenied(event))
    if (took.length < fewestRequests && denied.length < fewestWaits) {
      return { examined: 0, undecidable: took.length + undecidable, violations: [] }
    }
    const isStarved = waited.length >= Math.max(fewestWaits, waitShare * took.length)
    for (const request of isStarved ? waited : []) this.addWait(request, medianMs)
    return { examined: took.length, undecidable, violations: findings.list() }
  }

  private observeCompletion(event: Completion): void {
    const fromMs = this.sentAtMs.take(event.operationId)
    if (fromMs === undefined || this.took.length >= keptRequests || !isAnswered(event)) return
    const { haltedMs = 0 } = event
    const ms = event.atMs - fromMs - haltedMs
    // The answer may have lain there unread for most of the time after which the device gave up.
    if (isTimeout(event) && haltedMs > ms) {
      this.undecidable++
      return
    }
    this.took.push(ms)
    if (ms <= waitLimitMs && !isDenied(event)) return
    this.slow ??= []
    this.slow.push({ ms, event })
  }

  private addWait({ ms, event }: SlowRequest, medianMs: number): void {
    const what = isDenied(event) ? `${event.errorCode} after` : 'an answer after'
    const times = medianMs > 0 ? ms / medianMs : 0
    const compared = `${formatRatio(times)} × the median of its requests, which is ${medianMs.toFixed(1)} ms`
    const message = `got ${what} ${Math.round(ms)} ms to ${event.operation}: ${compared}`
    const details = { expected: { medianMs, timesMedian: waitRatio }, received: { ms, timesMedian: times } }
    this.findings.add(event, 'late', message, details)
  }
}

function listWaits(slow: readonly SlowRequest[], requests: number, medianMs: number): readonly SlowRequest[] {
  const limitMs = Math.max(waitLimitMs, waitRatio * medianMs)
  const timeouts = slow.filter(({ event }) => isTimeout(event)).length
  const manyTimeouts = timeouts >= timeoutShare * requests
  return slow.filter(({ ms, event }) => ms > limitMs || isTurnedAway(event) || (manyTimeouts && isTimeout(event)))
}

const isTimeout = ({ errorCode }: Completion) => errorCode === 'answer-timeout'
const isTurnedAway = ({ errorCode }: Completion) => errorCode === 'busy' || errorCode === 'rate-limited'
const formatRatio = (times: number) => times.toFixed(times < 10 ? 1 : 0)

/** Whoever met the time limit, or was told that there is no room, has waited in vain. */
const isDenied = (event: Completion) => isTimeout(event) || isTurnedAway(event)
const isAnswered = (event: Completion) => (event.outcome === 'ok' && !isCancelled(event.value)) || isDenied(event)

const isCancelled = (value: Completion['value']) => typeof value === 'object' && value !== null && 'cancelled' in value

function median(values: readonly number[]): number {
  // Sorts as numbers, several times faster than with a function that compares.
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
