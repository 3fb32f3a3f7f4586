import { describe, expect, it } from 'vitest'
import { type FaultKind, faultSteps, networkFaults, simultaneousStart } from '../../src/core/fault.ts'
import type { RunReport } from '../../src/core/report.ts'
import { loadSystems, systemEntries } from '../../src/systems/index.ts'
import { createAllFaults } from '../support/all-faults.ts'
import { createFaultScenario, type FaultCase, faultTable, nameProof, type Proof } from '../support/fault-table.ts'
import { expectFaultless, useRunFolder } from '../support/use-run-folder.ts'

const isLong = process.env['MCSIM_LONG'] !== undefined
const seeds = Array.from({ length: isLong ? 60 : 1 }, (_, seed) => seed)

/** Many servers start at once. */
const limitMs = 120_000

const run = useRunFolder()

it('there is a defect for every kind of fault', () => {
  const kinds: readonly FaultKind[] = [...networkFaults, ...faultSteps, simultaneousStart]
  expect(faultTable.map(({ kind }) => kind).sort()).toEqual([...kinds].sort())
})

// Polite clients must be polite by the clock: beside the rest of the suite they are not.
describe.runIf(isLong).each(systemEntries.map(({ name }) => name))('faults at %s', (system) => {
  const cases = faultTable.filter((one) => one.system === system)

  it('find defects that polite clients do not find, and nothing where there is none', {
    timeout: limitMs,
  }, async () => {
    const report = await run(system, createFaultScenario(cases))
    const seen = cases.map((one) => ({
      kind: one.kind,
      polite: listRed(report, one, 'polite'),
      clean: listRed(report, one, 'clean'),
      found: listRed(report, one, 'found').includes(one.red),
    }))
    expect(seen, JSON.stringify(report.faults)).toEqual(
      cases.map(({ kind }) => ({ kind, polite: [], clean: [], found: true })),
    )
  })
})

it.each(seeds)('all faults at once find nothing in any clean server, seed %i', { timeout: limitMs }, async (seed) => {
  const scenario = createAllFaults(await loadSystems(), faultSteps)
  const report = await run(`innocent-${seed}`, scenario, '--seed', String(seed))
  expectFaultless(report)
  for (const { kind, struck } of report.faults) expect(struck, kind).toBeGreaterThan(0)
})

/** The invariants that a case broke, in its clients or, as its server tells, in the whole server. */
function listRed({ invariants }: RunReport, one: FaultCase, proof: Proof): string[] {
  const group = nameProof(one, proof)
  return invariants.filter((tally) => tally.group === group && tally.violations > 0).map(({ name }) => name)
}
