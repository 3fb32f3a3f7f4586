import { expect, it } from 'vitest'
import { fakeSystem } from '../../test/support/fake-system.ts'
import type { PlannedClient } from '../core/plan.ts'
import type { Scenario } from '../core/scenario.ts'
import { scenarioFromDocument } from '../scenario/load-scenario.ts'
import { comparePairs } from './compare-pairs.ts'
import { planRun } from './plan-run.ts'

const never = new AbortController().signal

function planOf(groups: readonly { clients: number; rows?: number; witness?: 'during'; target?: string }[]) {
  const scenario: Scenario = scenarioFromDocument(
    {
      groups: groups.map(({ clients, rows = 10, witness = false as const, target = 'reference' }, i) => ({
        name: `g${i}`,
        system: 'echo',
        clients,
        witness,
        target,
        params: { rows },
      })),
    },
    [fakeSystem],
  )
  return planRun(scenario, 'test')
}

/** The fake system, which keeps the pairs that it was asked about. */
function spySystem() {
  const pairs: string[] = []
  const compareData = (one: PlannedClient, other: PlannedClient) => {
    pairs.push(
      [one, other]
        .map(({ arrival }) => arrival.client)
        .sort()
        .join('-'),
    )
    return Promise.resolve({ distinct: true, sensitive: true })
  }
  return { system: { ...fakeSystem, compareData }, pairs }
}

it('compares every pair of a few clients once, over all groups at the target', async () => {
  const { system, pairs } = spySystem()
  const plan = planOf([{ clients: 2 }, { clients: 2 }])
  await comparePairs(plan, [system], { pairs: 6, signal: never })
  expect(pairs.sort()).toEqual(['0-1', '0-2', '0-3', '1-2', '1-3', '2-3'])
})

it('samples different pairs of many clients, the same ones for the same seed', async () => {
  const samples = await Promise.all(
    [0, 1].map(async () => {
      const { system, pairs } = spySystem()
      await comparePairs(planOf([{ clients: 2000 }]), [system], { pairs: 50, signal: never })
      return pairs
    }),
  )
  expect(new Set(samples[0]).size).toBe(50)
  expect(samples[0]).toEqual(samples[1])
})

it('leaves out witnesses, and pairs that never meet', async () => {
  const { system, pairs } = spySystem()
  const groups = [{ clients: 2 }, { clients: 1, witness: 'during' as const }, { clients: 1, target: 'tcp://host:1' }]
  const comparisons = await comparePairs(planOf(groups), [system], { pairs: 9, signal: never })
  expect(pairs).toEqual(['0-1'])
  expect(comparisons.map(({ pairs, compared }) => [pairs, compared])).toEqual([
    [1, 1],
    [0, 0],
  ])
})

it('counts the pairs that differ and those that would show a leak', async () => {
  const plan = planOf([{ clients: 2 }, { clients: 1, rows: 1 }])
  expect(await comparePairs(plan, [fakeSystem], { pairs: 9, signal: never })).toEqual([
    { target: 'reference-echo', system: 'echo', pairs: 3, compared: 3, distinct: 3, sensitive: 1 },
  ])
})

it('stops when it is told to', async () => {
  const [comparison] = await comparePairs(planOf([{ clients: 3 }]), [fakeSystem], {
    pairs: 9,
    signal: AbortSignal.abort(),
  })
  expect(comparison).toMatchObject({ pairs: 3, compared: 0 })
})
