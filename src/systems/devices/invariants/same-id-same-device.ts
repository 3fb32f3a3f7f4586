import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import type { DecisionFollower } from './follow-decisions.ts'

export const sameIdSameDevice: Invariant = {
  name: 'same-id-same-device',
  kind: 'correctness',
  sentence: 'A device that registers again with the same id is still the device that it was: its reports count on.',
}

/**
 * Judges the first decision after each new registration that follows reports: whether it is that of a device which has
 * reported nothing. What else may be wrong with it is another invariant's.
 */
export function createSameDeviceChecker(client: ClientIndex, decisions: DecisionFollower): Checker {
  const findings = createFindingLog(sameIdSameDevice, client)
  let examined = 0
  let undecidable = 0
  return {
    invariant: sameIdSameDevice,
    observe(event) {
      const seen = decisions.observe(event)
      if (!seen?.isFirstAfterReturn) return
      const { event: completion, layer, expected, isAsOfNewDevice } = seen
      const isOther = !isAsOfNewDevice && expected?.includes(layer) === false
      if (!expected || isOther) {
        undecidable++
        return
      }
      examined++
      if (!isAsOfNewDevice) return
      const what = `registered again and was told to stop after layer ${layer} like a new device, not ${expected.join(' or ')}`
      findings.add(completion, 'lost', what, { expected: { layers: expected }, received: { layer } })
    },
    conclude: () => ({ examined, undecidable, violations: findings.list() }),
  }
}
