import { describe, expect, it } from 'vitest'
import { echoSystem } from '../../../test/support/echo-system.ts'
import { createRandom } from '../../core/random.ts'
import type { Defect, Provocation, System } from '../../core/system.ts'
import { mergeProvocations, pickPairs } from './pick-pairs.ts'
import { planTrials, type TrialChoice } from './plan-trials.ts'

const defect = (name: string, mustRed: readonly string[], provoke?: Provocation): Defect => ({
  name,
  sentence: '',
  mustRed,
  mayRed: [],
  ...(provoke && { provoke }),
})
const defects = [
  defect('one', ['a'], { params: { lines: 2 } }),
  defect('two', ['b'], { load: { clients: 9 } }),
  defect('same', ['a', 'b']),
  defect('contrary', ['c'], { params: { lines: 3 } }),
]
const system: System = { ...(echoSystem as System), defects }
const plan = (choice: Partial<TrialChoice>, systems: readonly System[] = [system]) =>
  planTrials(systems, { defects: undefined, seeds: 1, cleanSeeds: 1, rates: undefined, pairs: undefined, ...choice })
const titles = (choice: Partial<TrialChoice>) => plan(choice).map(({ title, rate, seed }) => `${title} ${rate} ${seed}`)

describe('the plan of a self-test', () => {
  it('has every defect with every seed, and every clean server', () => {
    const all = plan({ seeds: 2, cleanSeeds: 3 })
    expect(all.filter(({ kind }) => kind === 'defect')).toHaveLength(8)
    expect(all.filter(({ kind }) => kind === 'clean').map(({ seed }) => seed)).toEqual([3, 2, 1])
  })

  it('plants a defect where it shows, and leaves clean servers alone', () => {
    const documents = Object.fromEntries(plan({}).map(({ title, document }) => [title, document]))
    expect(documents).toMatchObject({
      one: { targets: { echo: { defect: ['one'], defectRate: 1 } }, groups: [{ params: { lines: 2 } }] },
      two: { groups: [{ load: { clients: 9 } }] },
    })
    expect(documents['plain']?.['targets']).toEqual({ echo: { system: 'echo', settings: {} } })
  })

  it('has only the defects that were asked for, at each rate', () => {
    expect(titles({ defects: ['two'] })).toEqual(['two 1 1'])
    expect(titles({ defects: ['two'], rates: [0.1, 1], seeds: 2 }).sort()).toEqual([
      'two 0.1 1',
      'two 0.1 2',
      'two 1 1',
      'two 1 2',
    ])
  })

  it('has trials of all systems beside each other, rare defects first', () => {
    const other: System = { ...system, name: 'other', defects: [defect('lonely', ['a'])] }
    const order = plan({}, [system, other]).map((trial) => `${trial.system} ${trial.title}`)
    expect(order.slice(0, 4)).toEqual(['echo plain', 'other plain', 'echo contrary', 'other lonely'])
  })

  it('plants two at once that can be told apart, under what provokes both', () => {
    const pairs = plan({ pairs: 9 })
    expect(pairs.map(({ title }) => title).sort()).toEqual(['one + two', 'same + contrary', 'two + contrary'].sort())
    expect(pairs.find(({ title }) => title === 'one + two')?.document).toMatchObject({
      targets: { echo: { defect: ['one', 'two'] } },
      groups: [{ params: { lines: 2 }, load: { clients: 9 } }],
    })
  })
})

describe('a sample of pairs', () => {
  it('is the same for the same seed, and has no pair twice', () => {
    const many = Array.from({ length: 12 }, (_, index) => defect(`d${index}`, [`i${index}`]))
    const pick = (seed: number) =>
      pickPairs(many, 10, createRandom(seed)).map(({ pair: [a, b] }) => `${a.name} ${b.name}`)
    expect(new Set(pick(1)).size).toBe(10)
    expect(pick(1)).toEqual(pick(1))
    expect(pick(2)).not.toEqual(pick(1))
  })
})

describe('what provokes two defects', () => {
  it('is what provokes each, where they do not contradict each other', () => {
    expect(mergeProvocations({ params: { a: 1 } }, { params: { a: 1, b: [2] }, startAfter: '1s' })).toEqual({
      params: { a: 1, b: [2] },
      load: {},
      settings: {},
      startAfter: '1s',
    })
    const [cancel, reset] = [{ kind: 'cancel' }, { kind: 'reset' }]
    expect(mergeProvocations({ faults: [cancel] }, { faults: [reset] })?.faults).toEqual([cancel, reset])
    expect(mergeProvocations({ params: { a: [1] } }, { params: { a: [2] } })).toBeUndefined()
    expect(mergeProvocations({ startAfter: '1s' }, { startAfter: '2s' })).toBeUndefined()
  })
})
