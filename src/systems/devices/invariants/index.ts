import type { Checker, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import { planDevice } from '../workload/plan-device.ts'
import { createDecisionChecker, decisionOwn } from './decision-own.ts'
import { DecisionFollower } from './follow-decisions.ts'
import { createForgeryChecker, forgedIdRefused } from './forged-id-refused.ts'
import { createModelChecker, modelStable } from './model-stable.ts'
import { createStarvationChecker, noStarvation } from './no-starvation.ts'
import { createRegistrationChecker, registrationEcho } from './registration-echo.ts'
import { createSameDeviceChecker, sameIdSameDevice } from './same-id-same-device.ts'
import { statsOwn } from './stats-own.ts'

export const devicesInvariants: readonly Invariant[] = [
  registrationEcho,
  modelStable,
  decisionOwn,
  sameIdSameDevice,
  statsOwn,
  forgedIdRefused,
  noStarvation,
]

/** What a device does not do is not judged: where none registers again, nothing can be said of that. */
export function createCheckers(client: PlannedClient<DevicesParams>): readonly Checker[] {
  const { arrival, params } = client
  const registersAgain = params.reRegisterEvery > 0 || params.loseServerAt !== undefined
  const device = planDevice(client)
  const decisions = new DecisionFollower(device)
  return [
    createRegistrationChecker(client),
    createDecisionChecker(client, decisions),
    createModelChecker(arrival.client),
    ...(registersAgain ? [createSameDeviceChecker(arrival.client, decisions)] : []),
    ...(device.forges ? [createForgeryChecker(arrival.client)] : []),
    ...(params.dependable ? [createStarvationChecker(arrival.client)] : []),
  ]
}
