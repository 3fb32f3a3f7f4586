import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Checker, Conclusion, Invariant } from '../../../core/check.ts'
import type { RunEvent } from '../../../core/event.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import type { DecisionFollower, SeenDecision } from './follow-decisions.ts'

export const sameIdSameDevice: Invariant = {
  name: 'same-id-same-device',
  kind: 'correctness',
  sentence: 'A device that registers again with the same id is still the device that it was: its reports count on.',
}

/**
 * Judges the first decision after each new registration that follows reports: whether it is that of a device which has
 * reported nothing. What else may be wrong with it is another invariant's.
 */
export const createSameDeviceChecker = (client: ClientIndex, decisions: DecisionFollower): Checker =>
  new SameDeviceChecker(client, decisions)

class SameDeviceChecker implements Checker {
  private readonly decisions: DecisionFollower
  private readonly findings: FindingLog
  private examined = 0
  private undecidable = 0

  constructor(client: ClientIndex, decisions: DecisionFollower) {
    this.decisions = decisions
    this.findings = createFindingLog(sameIdSameDevice, client)
  }

  get invariant(): Invariant {
    return sameIdSameDevice
  }

  observe(event: RunEvent): void {
    const seen = this.decisions.observe(event)
    if (seen?.isFirstAfterReturn) this.judge(seen)
  }

  conclude(): Conclusion {
    const { examined, undecidable, findings } = this
    return { examined, undecidable, violations: findings.list() }
  }

  private judge({ event, layer, expected, isAsOfNewDevice }: SeenDecision): void {
    const isOther = !isAsOfNewDevice && expected?.includes(layer) === false
    if (!expected || isOther) {
      this.undecidable++
      return
    }
    this.examined++
    if (!isAsOfNewDevice) return
    const what = `registered again and was told to stop after layer ${layer} like a new device, not ${expected.join(' or ')}`
    this.findings.add(event, 'lost', what, { expected: { layers: expected }, received: { layer } })
  }
}
