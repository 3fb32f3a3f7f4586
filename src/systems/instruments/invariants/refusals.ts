import { createFindingLog } from '../../../check/finding-log.ts'
import { noChannels } from '../../../check/no-channels.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { ProbeValue } from '../workload/event-values.ts'
import { readValue } from '../workload/event-values.ts'
import type { JudgeSetup } from './judge-setup.ts'

export const noIdNoService: Invariant = {
  name: 'no-id-no-service',
  kind: 'isolation',
  sentence: 'An agent that does not say whose it is gets no service.',
}

export const noTakeover: Invariant = {
  name: 'no-takeover',
  kind: 'isolation',
  sentence: 'A second agent of a user whose agent is connected gets no service.',
}

/**
 * Judges by what was served, not by how a server refuses. What is neither refused nor served says nothing, nor
 * does a service in a place that was free at the time.
 */
const createProbeChecker =
  (invariant: Invariant, operation: string, who: string) =>
  ({ client }: JudgeSetup): Checker => {
    const findings = createFindingLog(invariant, client.arrival.client)
    let examined = 0
    let undecidable = 0
    return {
      invariant,
      channels: noChannels,
      observe(event) {
        if (event.type !== 'completion' || event.operation !== operation) return
        const { served = null, evidence, isHeld } = readValue<ProbeValue>(event.value)
        if (served === null || (served && !isHeld)) {
          undecidable++
          return
        }
        examined++
        if (served)
          findings.add(event, 'wrong', `was served as ${who}: it received ${evidence}`, { received: event.value })
      },
      conclude: () => ({ examined, undecidable, violations: findings.list() }),
    }
  }

export const createNamelessChecker = createProbeChecker(noIdNoService, 'probe-nameless', 'an agent without user id')
export const createRivalChecker = createProbeChecker(noTakeover, 'probe-rival', 'a second agent of its user')
