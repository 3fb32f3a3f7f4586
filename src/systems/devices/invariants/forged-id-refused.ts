import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { readAnswer } from '../workload/event-values.ts'

export const forgedIdRefused: Invariant = {
  name: 'forged-id-refused',
  kind: 'isolation',
  sentence: 'What a device sends in the name of another, or of none that is registered, is refused.',
}

const forgeries: Readonly<Record<string, string>> = {
  'forged-report': "sent a report in a neighbour's name",
  'decide-unknown': 'asked for the decision of a device that is not registered',
}

export function createForgeryChecker(client: ClientIndex): Checker {
  const findings = createFindingLog(forgedIdRefused, client)
  let examined = 0
  let undecidable = 0
  return {
    invariant: forgedIdRefused,
    observe(event) {
      if (event.type !== 'completion') return
      const forgery = forgeries[event.operation]
      if (forgery === undefined) return
      const status = readAnswer(event.value)?.status ?? 0
      const isRefused = status >= 400 && status < 500
      const isAccepted = status >= 200 && status < 300
      if (isRefused || isAccepted) examined++
      else undecidable++
      if (isAccepted) findings.add(event, 'wrong', `${forgery}, and the server accepted it`, { received: event.value })
    },
    conclude: () => ({ examined, undecidable, violations: findings.list() }),
  }
}
