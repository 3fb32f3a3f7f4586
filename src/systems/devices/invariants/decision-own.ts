import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import type { DecisionFollower, SeenDecision } from './follow-decisions.ts'

export const decisionOwn: Invariant = {
  name: 'decision-own',
  kind: 'isolation',
  sentence: "Where a device is told to stop follows from that device's own reports and from nobody else's.",
}

/**
 * Compares each decision with what the device's own reports lead to. Not judged: decisions for models that the
 * parameters do not list, those that nothing excludes, and after a new registration that of a new device, which another
 * invariant judges. -1 may come without a reason that a device can know, up to the declared rate.
 */
export function createDecisionChecker(client: PlannedClient<DevicesParams>, decisions: DecisionFollower): Checker {
  const findings = createFindingLog(decisionOwn, client.arrival.client)
  let examined = 0
  let undecidable = 0
  let answers = 0
  const localAnswers: SeenDecision[] = []

  function judge(seen: SeenDecision): void {
    const { event, layer, model, round, expected } = seen
    answers++
    if (layer < 0) localAnswers.push(seen)
    const isExpected = expected?.includes(layer)
    if (!expected || layer < 0 || (seen.isFirstAfterReturn && seen.isAsOfNewDevice)) {
      undecidable++
      return
    }
    examined++
    if (isExpected) return
    findings.add(event, 'wrong', describe(seen), { expected: { layers: expected }, received: { layer, model, round } })
  }

  return {
    invariant: decisionOwn,
    observe(event) {
      const seen = decisions.observe(event)
      if (seen) judge(seen)
    },
    conclude() {
      const allowed = mostLikely(answers, client.params.localRate)
      for (const seen of localAnswers.slice(allowed)) {
        const received = { layer: seen.layer, rate: localAnswers.length / answers }
        findings.add(seen.event, 'wrong', 'was told to run all layers more often than the declared rate', { received })
      }
      return { examined, undecidable, violations: findings.list(), coverage: { decisionsCompared: examined } }
    },
  }
}

function describe({ layer, expected, isFresh }: SeenDecision): string {
  const reason = isFresh ? 'as before any report' : 'as follows from its own reports'
  return `was told to stop after layer ${layer}, not ${expected?.join(' or ')} ${reason}`
}

/** More occur of `n` by chance less than once in some ten thousand cases. */
const mostLikely = (n: number, rate: number) => Math.ceil(n * rate + 4 * Math.sqrt(n * rate * (1 - rate)))
