import { expect, it } from 'vitest'
import type { Finding, InvariantKind, ViolationClass } from '../../core/check.ts'
import type { ClientIndex } from '../../core/plan.ts'
import { classifyViolations, type JudgedPhase, listIncorrect } from './classify-violations.ts'

function judged(
  name: string,
  condition: JudgedPhase['condition'],
  red: readonly string[],
  details: { kind?: InvariantKind; class?: ViolationClass } = {},
): JudgedPhase {
  const { kind = 'isolation', class: type = 'wrong' } = details
  const invariants = ['numbers-own', 'ownership'].map((invariant) => {
    const counts = { examined: 5, undecidable: 0, violations: red.includes(invariant) ? 1 : 0 }
    return { group: 'g', name: invariant, kind, sentence: '…', ...counts }
  })
  const findings = red.map((invariant): Finding => {
    const recipient = 0 as ClientIndex
    const violation = { invariant, kind, class: type, recipient, atMs: 0, connection: 1, message: '…' }
    const counts = { count: 1, firstMs: 0, lastMs: 0, invariants: { [invariant]: 1 } }
    return { violation, ...counts, recipients: [recipient], owners: [], examples: [] }
  })
  return { name, condition, report: { invariants, findings } }
}

const classify = (...phases: JudgedPhase[]) =>
  classifyViolations(phases, false).map(({ invariant, class: type, phases: red }) => [invariant, type, red])

const red = ['numbers-own']

it('calls what is wrong alone incorrect, whatever else it is', () => {
  const phases = [judged('a', 'clean', red), judged('b', 'after-others', red), judged('all', 'company', red)]
  expect(classify(...phases)).toEqual([['numbers-own', 'incorrect', ['a', 'b', 'all']]])
  expect(listIncorrect(classifyViolations(phases, false))).toEqual(red)
})

it('calls what is wrong only after others a leak across time, and what is wrong only in company interference', () => {
  const clean = judged('a', 'clean', [])
  expect(classify(clean, judged('b', 'after-others', red), judged('all', 'company', red))).toEqual([
    ['numbers-own', 'leak-across-time', ['b', 'all']],
  ])
  expect(classify(clean, judged('b', 'after-others', []), judged('all', 'company', red))).toEqual([
    ['numbers-own', 'interference', ['all']],
  ])
})

it('never calls the data of an earlier run a mere error', () => {
  const phases = [judged('a', 'clean', ['ownership'], { class: 'orphan' })]
  expect(classify(...phases)).toEqual([['ownership', 'leak-across-time', ['a']]])
  expect(listIncorrect(classifyViolations(phases, false))).toEqual([])
})

it('leaves hygiene out, but where it counts', () => {
  const phases = [judged('a', 'clean', red, { kind: 'hygiene' })]
  expect(classify(...phases)).toEqual([])
  expect(classifyViolations(phases, true)).toHaveLength(1)
})
