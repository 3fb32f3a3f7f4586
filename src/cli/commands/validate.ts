import type { Command } from 'commander'
import { McsimError } from '../../core/errors.ts'
import { exitCodes } from '../../core/exit-codes.ts'
import type { System } from '../../core/system.ts'
import { planRun } from '../../engine/plan-run.ts'
import type { LoadSystems } from '../../systems/index.ts'
import { formatCount } from '../format-count.ts'
import type { Io } from '../io.ts'
import { readScenario } from '../read-scenario.ts'
import { renderError } from '../render-error.ts'

export function defineValidate(command: Command, io: Io, load: LoadSystems): void {
  command
    .argument('<file...>', 'scenario files')
    .addHelpText('after', '\nExample:\n  mcsim validate scenarios/*.yaml')
    .action(async (files: readonly string[]) => {
      io.exitCode = await validate(files, await load(), io)
    })
}

/** Tells all problems of all files, not only those of the first that has one. */
async function validate(files: readonly string[], systems: readonly System[], io: Io): Promise<number> {
  const errors: string[] = []
  for (const file of files) {
    try {
      const scenario = await readScenario(file, systems, io)
      const { clients } = planRun(scenario, 'validate')
      await io.stdout.write(
        `${file}: ok (${formatCount(scenario.groups.length, 'group')}, ${formatCount(clients, 'client')})\n`,
      )
    } catch (error) {
      if (!(error instanceof McsimError)) throw error
      errors.push(renderError(error, io.stderr.hasColour))
    }
  }
  await io.stderr.write(errors.join('\n'))
  return errors.length === 0 ? exitCodes.pass : exitCodes.usage
}
