import { describe, expect, it } from 'vitest'
import { loadSystems } from '../../src/systems/index.ts'
import { useRunFolder } from '../support/use-run-folder.ts'

const isLong = process.env['MCSIM_LONG'] !== undefined
const seeds = Array.from({ length: isLong ? 20 : 1 }, (_, i) => 1 + i)
const systems = await loadSystems()
/** Several runs each take their time; what is clean of viewers is shown at the servers of somebody else as well. */
const names = systems.map(({ name }) => name).filter((name) => isLong || name === 'devices')

/** Nobody is accused who does nothing wrong, on a machine as busy as it may be. */
describe.concurrent('mcsim run --solo-compare', { timeout: 300_000 }, () => {
  const run = useRunFolder()

  it.each(names.flatMap((name) => seeds.map((seed) => ({ name, seed }))))(
    'finds nothing at a clean server of $name with seed $seed',
    async ({ name, seed }) => {
      const system = systems.find((candidate) => candidate.name === name)
      const scenario = system?.trial.createScenario({ load: { iterations: 2 } }) ?? {}
      const report = await run(`${name}-${seed}`, scenario, '--solo-compare', '--seed', String(seed))
      const certain = report.soloCompare?.differences.filter(({ isCertain }) => isCertain)
      expect(certain).toEqual([])
      expect(report.soloCompare?.violations).toEqual([])
      expect([report.verdict, ...report.reasons]).toEqual(['pass'])
      const [first] = report.soloCompare?.groups ?? []
      expect(first?.compared).toBeGreaterThan(20)
    },
  )
})
