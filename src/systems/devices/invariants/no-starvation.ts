import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion, Invocation } from '../../../core/event.ts'
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
 * of it: what stands out are requests that had to wait for something that is not always there.
 */
export function createStarvationChecker(client: ClientIndex): Checker {
  const findings = createFindingLog(noStarvation, client)
  const sent = new Map<number, Invocation>()
  const took: { readonly ms: number; readonly event: Completion }[] = []
  return {
    invariant: noStarvation,
    observe(event) {
      if (event.type === 'invocation' && event.operation !== 'connect') sent.set(event.operationId, event)
      if (event.type !== 'completion') return
      const invocation = sent.get(event.operationId)
      sent.delete(event.operationId)
      if (invocation && isAnswered(event) && took.length < keptRequests) {
        took.push({ ms: event.atMs - invocation.atMs, event })
      }
    },
    conclude() {
      const medianMs = median(took.map(({ ms }) => ms))
      const limitMs = Math.max(waitLimitMs, waitRatio * medianMs)
      const timeouts = took.filter(({ event }) => isTimeout(event)).length
      const manyTimeouts = timeouts >= timeoutShare * took.length
      const waited = took.filter(
        ({ ms, event }) => ms > limitMs || isTurnedAway(event) || (manyTimeouts && isTimeout(event)),
      )
      const denied = waited.filter(({ event }) => isDenied(event))
      if (took.length < fewestRequests && denied.length < fewestWaits) {
        return { examined: 0, undecidable: took.length, violations: [] }
      }
      const isStarved = waited.length >= Math.max(fewestWaits, waitShare * took.length)
      for (const { ms, event } of isStarved ? waited : []) {
        const what = isDenied(event) ? `${event.errorCode} after` : 'an answer after'
        const message = `got ${what} ${Math.round(ms)} ms to ${event.operation}; the median of its requests is ${Math.round(medianMs)} ms`
        findings.add(event, 'late', message, { expected: { medianMs }, received: { ms } })
      }
      return { examined: took.length, undecidable: 0, violations: findings.list() }
    },
  }
}

const isTimeout = ({ errorCode }: Completion) => errorCode === 'answer-timeout'
const isTurnedAway = ({ errorCode }: Completion) => errorCode === 'busy'
/** Whoever met the time limit, or was told that there is no room, has waited in vain. */
const isDenied = (event: Completion) => isTimeout(event) || isTurnedAway(event)
const isAnswered = (event: Completion) => (event.outcome === 'ok' && !isCancelled(event.value)) || isDenied(event)

const isCancelled = (value: Completion['value']) => typeof value === 'object' && value !== null && 'cancelled' in value

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
