import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Checker, Conclusion, Invariant } from '../../../core/check.ts'
import type { Completion, RunEvent } from '../../../core/event.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { type DecidedValue, type RegisteredValue, readAnswer } from '../workload/event-values.ts'

export const modelStable: Invariant = {
  name: 'model-stable',
  kind: 'correctness',
  sentence: "A device's model never changes without notice.",
}

/**
 * Looks at the model of every registration, and of every decision that says for which model it was made. It may only
 * change with a registration, and only to a model that the server has suggested before.
 */
export const createModelChecker = (client: ClientIndex): Checker => new ModelChecker(client)

class ModelChecker implements Checker {
  private readonly findings: FindingLog
  private assigned: string | undefined
  private suggested: string | undefined
  private examined = 0

  constructor(client: ClientIndex) {
    this.findings = createFindingLog(modelStable, client)
  }

  get invariant(): Invariant {
    return modelStable
  }

  observe(event: RunEvent): void {
    if (event.type !== 'completion' || event.outcome !== 'ok') return
    if (event.operation === 'decide') this.observeDecision(event)
    else if (event.operation === 'register') this.observeRegistration(event)
  }

  conclude(): Conclusion {
    return { examined: this.examined, undecidable: 0, violations: this.findings.list() }
  }

  private observeDecision(event: Completion): void {
    const decision = readAnswer<DecidedValue>(event.value)
    const { assigned } = this
    this.suggested = decision?.suggestedModel ?? this.suggested
    if (decision?.model === undefined || assigned === undefined) return
    this.examined++
    if (decision.model === assigned) return
    const details = { expected: { model: assigned }, received: { model: decision.model } }
    this.findings.add(event, 'wrong', `was assigned ${assigned} and got a decision for ${decision.model}`, details)
  }

  private observeRegistration(event: Completion): void {
    const model = readAnswer<RegisteredValue>(event.value)?.model
    const { assigned, suggested } = this
    if (model === undefined) return
    this.examined++
    if (assigned !== undefined && model !== assigned && model !== suggested) {
      const details = { expected: { model: assigned }, received: { model } }
      this.findings.add(event, 'wrong', `was assigned ${model} after ${assigned}, without notice`, details)
    }
    this.assigned = model
    this.suggested = undefined
  }
}
