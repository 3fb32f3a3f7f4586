import { createDeepBudget } from '../../src/check/deep-scan/deep-budget.ts'
import { createOwnershipChecker } from '../../src/check/ownership.ts'
import type { Violation } from '../../src/core/check.ts'
import type { Recorder } from '../../src/core/client.ts'
import { createClock } from '../../src/core/clock.ts'
import type { RunEvent } from '../../src/core/event.ts'
import { createMint, deriveRunKey } from '../../src/core/marker.ts'
import type { ClientIndex } from '../../src/core/plan.ts'
import { createRecorder } from '../../src/engine/recorder.ts'

const key = deriveRunKey('observed')

/** Whom the tests watch, and whose data they plant. */
export const recipient = 7 as ClientIndex
export const owner = 8 as ClientIndex

/** Data of the owner: a marker for each sequence number. */
export const planted = createMint(key, 'payload', owner)
export const ownMarker = createMint(key, 'payload', recipient)

export interface ObservedClient {
  readonly recorder: Recorder
  readonly events: readonly RunEvent[]
  /** What `ownership` says of all that came. */
  violations(): readonly Violation[]
  /** Sequence numbers of the whole foreign markers that came, in order, each once. */
  seen(): readonly number[]
  /** How the foreign markers were written. */
  forms(): readonly (string | undefined)[]
  strays(): number
}

/** A client's real recorder, whose events the checker of ownership hears as in a run. */
export function observeClient(): ObservedClient {
  const events: RunEvent[] = []
  const checker = createOwnershipChecker(recipient)
  const observe = (event: RunEvent) => {
    events.push(event)
    checker.observe?.(event)
  }
  const listMarks = () => events.flatMap((event) => (event.type === 'marks' ? event.foreign : []))
  const scanning = { key, clients: 10, budget: createDeepBudget('always') }
  return {
    recorder: createRecorder(recipient, createClock(), scanning, { observe }, { haltedMs: () => 0 }),
    events,
    violations: () => checker.conclude().violations,
    forms: () => listMarks().map(({ form }) => form),
    seen: () => {
      const whole = listMarks()
        .filter((mark) => !mark.isWeak)
        .map(({ sequence }) => sequence)
      return [...new Set(whole)].sort((a, b) => a - b)
    },
    strays: () => events.filter(({ type }) => type === 'stray-bytes').length,
  }
}
