import { expect, it } from 'vitest'
import { echoSystem } from '../../test/support/echo-system.ts'
import type { InvariantReport, TargetReport } from '../core/report.ts'
import type { System } from '../core/system.ts'
import { describeIdleDefects } from './describe-idle-defects.ts'

const system: System = {
  ...(echoSystem as System),
  defects: [
    { name: 'plain', sentence: '', mustRed: ['kept', 'ownership'], mayRed: [] },
    { name: 'shy', sentence: '', mustRed: ['kept'], mayRed: ['ownership'], provoke: { params: { rows: 1 } } },
  ],
}
const told = (defect: string | undefined, broken: Readonly<Record<string, number>>) => {
  const target = { name: 'one', system: 'echo', url: 'tcp://h:1', reference: true, defects: defect ? [defect] : [] }
  const invariants = Object.entries(broken).map(([name, violations]): InvariantReport => {
    return { group: 'g', name, kind: 'isolation', sentence: '', examined: 1, undecidable: 0, violations }
  })
  return describeIdleDefects([target as TargetReport], invariants, [system])
}

it('a planted defect that broke nothing it is for is told, with what provokes it', () => {
  expect(told('plain', { kept: 0, ownership: 0 })).toEqual(['the defect "plain" of one broke none of kept, ownership'])
  expect(told('shy', { ownership: 1 })).toEqual([
    'the defect "shy" of one broke none of kept; it shows under {"params":{"rows":1}}',
  ])
})

it('a defect that broke something it is for, and a server without one, are not worth a word', () => {
  expect(told('plain', { kept: 0, ownership: 2 })).toEqual([])
  expect(told(undefined, { kept: 0 })).toEqual([])
})
