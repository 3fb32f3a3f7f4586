import { AnswerTally } from '../../../check/answer-tally.ts'
import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Checker, Conclusion, Invariant } from '../../../core/check.ts'
import type { RunEvent } from '../../../core/event.ts'
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
export const createDecisionChecker = (client: PlannedClient<DevicesParams>, decisions: DecisionFollower): Checker =>
  new DecisionChecker(client, decisions)

/** Every device has one, so that these are a class. */
class DecisionChecker implements Checker {
  private readonly localRate: number
  private readonly decisions: DecisionFollower
  private readonly findings: FindingLog
  private examined = 0
  private undecidable = 0
  private readonly compared = new AnswerTally()
  private answers = 0
  private localAnswers: SeenDecision[] | undefined

  constructor({ arrival, params }: PlannedClient<DevicesParams>, decisions: DecisionFollower) {
    this.localRate = params.localRate
    this.decisions = decisions
    this.findings = createFindingLog(decisionOwn, arrival.client)
  }

  get invariant(): Invariant {
    return decisionOwn
  }

  observe(event: RunEvent): void {
    const seen = this.decisions.observe(event)
    if (seen) this.judge(seen)
  }

  conclude(): Conclusion {
    const { answers, findings, examined, undecidable, localAnswers = [] } = this
    const allowed = mostLikely(answers, this.localRate)
    for (const seen of localAnswers.slice(allowed)) {
      const received = { layer: seen.layer, rate: localAnswers.length / answers }
      findings.add(seen.event, 'wrong', 'was told to run all layers more often than the declared rate', { received })
    }
    const { answers: sampled, coverage } = this.compared.conclude()
    const seen = { deliveries: examined + undecidable, decidableDeliveries: examined }
    return {
      examined,
      undecidable,
      violations: findings.list(),
      answers: sampled,
      coverage: { ...coverage, ...seen },
    }
  }

  private judge(seen: SeenDecision): void {
    const { event, layer, model, round, expected } = seen
    this.answers++
    if (layer < 0) this.keepLocal(seen)
    if (!expected || layer < 0 || (seen.isFirstAfterReturn && seen.isAsOfNewDevice)) {
      this.undecidable++
      return
    }
    this.examined++
    this.compared.add(() => expected[0] ?? layer)
    if (expected.includes(layer)) return
    const details = { expected: { layers: expected }, received: { layer, model, round } }
    this.findings.add(event, 'wrong', describe(seen), details)
  }

  private keepLocal(seen: SeenDecision): void {
    this.localAnswers ??= []
    this.localAnswers.push(seen)
  }
}

function describe({ layer, expected, isFresh }: SeenDecision): string {
  const reason = isFresh ? 'as before any report' : 'as follows from its own reports'
  return `was told to stop after layer ${layer}, not ${expected?.join(' or ')} ${reason}`
}

/** More occur of `n` by chance less than once in some ten thousand cases. */
const mostLikely = (n: number, rate: number) => Math.ceil(n * rate + 4 * Math.sqrt(n * rate * (1 - rate)))
