import { describe, expect, it } from 'vitest'
import type { System } from '../../src/core/system.ts'
import { createDocument } from '../../src/engine/self-test/create-document.ts'
import { judgeTrial } from '../../src/engine/self-test/judge-trial.ts'
import { expectFaultless, useRunFolder } from './use-run-folder.ts'

/** The seeds that a reference server without a defect is run with: most for the first of its clean trials. */
function listSeeds(trialIndex: number): readonly number[] {
  const length = process.env['MCSIM_LONG'] ? 60 : trialIndex === 0 ? 3 : 1
  return Array.from({ length }, (_, seed) => seed)
}

/** Tries the reference server of a system with each of its defects, and without one. */
export function testDefects<P, S>({ name, defects, trial }: System<P, S>): void {
  describe(`the reference server of ${name}`, () => {
    const run = useRunFolder()

    it.each(defects)('with $name breaks what it must, and nothing that it need not', async (defect) => {
      const scenario = createDocument(trial, defect.provoke ?? {}, { defects: [defect.name], rate: 1 })
      const report = await run(defect.name, scenario)
      const judgement = judgeTrial({ kind: 'defect', defects: [defect], active: trial.active }, report)
      expect(judgement, report.reasons.join('; ')).toMatchObject({ missed: [], notAllowed: [], misblamed: [] })
      expect(report.exitCode).toBe(1)
    })

    const cleanTrials = Object.entries(trial.clean).flatMap(([title, provoke], index) =>
      listSeeds(index).map((seed) => ({ title, provoke, seed })),
    )
    it.each(cleanTrials)(
      'without a defect is found faultless: $title, seed $seed',
      async ({ title, provoke, seed }) => {
        expectFaultless(
          await run(
            `${title}-${seed}`,
            createDocument(trial, provoke, { defects: [], rate: 1 }),
            '--seed',
            String(seed),
          ),
        )
      },
    )
  })
}
