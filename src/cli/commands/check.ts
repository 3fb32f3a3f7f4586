import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { checkRun } from '../../engine/check-run.ts'
import { readRunFile } from '../../engine/run-file.ts'
import { formatJson } from '../../report/format-json.ts'
import { formatText } from '../../report/format-text.ts'
import type { LoadSystems } from '../../systems/index.ts'
import type { Io } from '../io.ts'
import { createPaint } from '../paint.ts'
import { mcsimVersion } from '../version.ts'

interface CheckOptions {
  readonly json?: boolean
}

export function defineCheck(command: Command, io: Io, load: LoadSystems): void {
  command
    .argument('<dir>', "a run's folder")
    .addOption(new Option('--json', 'print the report as JSON, byte for byte as the run wrote it'))
    .addHelpText('after', checkHelp)
    .action(async (dir: string, options: CheckOptions) => {
      io.exitCode = await checkFolder(resolve(io.cwd, dir), dir, options, io, load)
    })
}

const checkHelp = `
Reads run.json and the history files, gives every event to the same checkers, and exits as the run did. A run that was
killed, or whose history met its limit, is judged as far as it is told, and is inconclusive unless it is red.

Examples:
  mcsim check reports/20261121-031500-a1b2c3
  mcsim check reports/20261121-031500-a1b2c3 --json | cmp - reports/20261121-031500-a1b2c3/report.json`

async function checkFolder(
  dir: string,
  name: string,
  options: CheckOptions,
  io: Io,
  load: LoadSystems,
): Promise<number> {
  const run = await readRunFile(dir)
  if (run.mcsimVersion !== mcsimVersion) {
    void io.stderr.write(
      `warning: this is mcsim ${mcsimVersion}, which may judge otherwise than ${run.mcsimVersion}.\n`,
    )
  }
  const report = await checkRun(dir, run, await load())
  const json = formatJson(report)
  await io.stdout.write(options.json ? json : formatText(report, createPaint(io.stdout.hasColour)))
  const written = await readFile(join(dir, 'report.json'), 'utf8').catch(() => undefined)
  void io.stderr.write(`${compareReports(json, written, name)}\n`)
  return report.exitCode
}

function compareReports(json: string, written: string | undefined, name: string): string {
  if (written === undefined) return `${name} holds no report of its own: the run did not come to its end.`
  if (written === json) return `${name}/report.json says the same, byte for byte.`
  return `warning: ${name}/report.json says otherwise.`
}
