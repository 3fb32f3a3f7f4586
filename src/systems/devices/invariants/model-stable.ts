import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion } from '../../../core/event.ts'
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
export function createModelChecker(client: ClientIndex): Checker {
  const findings = createFindingLog(modelStable, client)
  let assigned: string | undefined
  let suggested: string | undefined
  let examined = 0

  function observeDecision(event: Completion): void {
    const decision = readAnswer<DecidedValue>(event.value)
    suggested = decision?.suggestedModel ?? suggested
    if (decision?.model === undefined || assigned === undefined) return
    examined++
    if (decision.model === assigned) return
    const details = { expected: { model: assigned }, received: { model: decision.model } }
    findings.add(event, 'wrong', `was assigned ${assigned} and got a decision for ${decision.model}`, details)
  }

  function observeRegistration(event: Completion): void {
    const model = readAnswer<RegisteredValue>(event.value)?.model
    if (model === undefined) return
    examined++
    if (assigned !== undefined && model !== assigned && model !== suggested) {
      const details = { expected: { model: assigned }, received: { model } }
      findings.add(event, 'wrong', `was assigned ${model} after ${assigned}, without notice`, details)
    }
    assigned = model
    suggested = undefined
  }

  return {
    invariant: modelStable,
    observe(event) {
      if (event.type !== 'completion' || event.outcome !== 'ok') return
      if (event.operation === 'decide') observeDecision(event)
      if (event.operation === 'register') observeRegistration(event)
    },
    conclude: () => ({ examined, undecidable: 0, violations: findings.list() }),
  }
}
