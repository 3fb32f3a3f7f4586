import { expect, it } from 'vitest'
import { fakeSystem } from '../../test/support/fake-system.ts'
import type { Violation } from '../core/check.ts'
import type { ClientIndex, PlannedClient } from '../core/plan.ts'
import type { System } from '../core/system.ts'
import { scenarioFromDocument } from '../scenario/load-scenario.ts'
import { findCauses } from './find-causes.ts'
import { planRun } from './plan-run.ts'

const wrongAnswer: Violation = {
  invariant: 'echo-own',
  kind: 'isolation',
  class: 'wrong',
  recipient: 0 as ClientIndex,
  atMs: 1,
  connection: 1,
  message: 'client 0 heard what it had not said',
}

/** The fake system, which suspects each client that it is offered, and a plan of some groups at their targets. */
function suspectAll(groups: readonly { clients: number; witness?: 'during'; target?: string }[]) {
  const findCause = async (_violation: Violation, clients: readonly PlannedClient[]) => {
    const suspects = clients.map(({ arrival }) => arrival.client)
    return { clients: suspects, proof: 'suspected', message: 'anybody' } as const
  }
  const system = { ...fakeSystem, findCause } as System
  const document = groups.map(({ target = 'reference', ...rest }, i) => ({
    ...rest,
    name: `g${i}`,
    system: 'echo',
    target,
  }))
  const plan = planRun(scenarioFromDocument({ groups: document }, [system]), 'test')
  return (violation: Violation) => findCauses([violation], plan, [system])
}

it('offers a system all clients that send data to the target, and no witness', async () => {
  const find = suspectAll([{ clients: 2 }, { clients: 1, witness: 'during' }, { clients: 1 }])
  expect(await find(wrongAnswer)).toMatchObject([{ cause: { clients: [0, 1, 3] } }])
})

it('asks for no cause where one is known', async () => {
  const find = suspectAll([{ clients: 2 }])
  const known = { ...wrongAnswer, owner: 1 as ClientIndex }
  expect(await find(known)).toEqual([known])
})
