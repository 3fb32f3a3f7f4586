import { join, relative, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { DeepScanMode } from '../../check/deep-scan/deep-budget.ts'
import { McsimError } from '../../core/errors.ts'
import type { RepeatReport } from '../../core/repeat-report.ts'
import type { RunReport } from '../../core/report.ts'
import type { Scenario } from '../../core/scenario.ts'
import type { System } from '../../core/system.ts'
import { formatJson } from '../../report/format-json.ts'
import { formatRepeats } from '../../report/format-repeats.ts'
import { formatText } from '../../report/format-text.ts'
import type { Paint } from '../../report/paint.ts'
import type { LoadSystems } from '../../systems/index.ts'
import type { Io } from '../io.ts'
import { overrideTargets, type TargetOverrides } from '../override-targets.ts'
import { createPaint } from '../paint.ts'
import { parseIntegerIn, parseNames, parsePositiveDuration, parseSeed, parseShare } from '../parse-option.ts'
import { readRunnable } from '../read-scenario.ts'
import { type Repetition, repeatRun } from '../repeat-run.ts'
import { createRunId } from '../run-id.ts'
import { type OneRun, runOnce } from '../run-once.ts'
import { soloCompare } from '../solo-compare.ts'

/** What all commands that end in a run accept. */
export interface RunCommandOptions extends TargetOverrides {
  readonly seed?: number
  readonly runId?: string
  readonly out?: string
  readonly threads?: number
  /** Milliseconds. */
  readonly maxDuration?: number
  readonly format?: 'text' | 'json'
  readonly json?: boolean
  readonly strict?: boolean
  /** Megabytes. */
  readonly historyLimit?: number
  readonly quiet?: boolean
  readonly dashboard?: boolean
  readonly deepScan?: DeepScanMode
  readonly soloCompare?: boolean
  readonly repeat?: number
  readonly freshTarget?: boolean
  readonly restartCommand?: string
}

export function defineRun(command: Command, io: Io, load: LoadSystems): void {
  addRunOptions(command)
    .argument('<file>', 'scenario file, or the run.json of a run that is to be run again')
    .addHelpText('after', runExamples)
    .action(async (file: string, given: RunCommandOptions) => {
      const systems = await load()
      const { scenario, runId } = await readRunnable(file, systems, io)
      const again = runId === undefined ? {} : { runId, out: join('reports', `${runId}-again`) }
      io.exitCode = await runScenarioCommand(scenario, systems, { ...again, ...given }, io)
    })
}

const runExamples = `
Examples:
  mcsim run scenarios/gateway.yaml
  mcsim run scenarios/gateway.yaml --defect misrouted-results
  mcsim run scenarios/gateway.yaml --broker amqp://127.0.0.1:5672 --json
  mcsim run scenarios/gateway.yaml --repeat 20
  mcsim run scenarios/replay.yaml --solo-compare
  mcsim run reports/20261121-031500-a1b2c3/run.json`

/** Adds what every command that ends in a run accepts. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(new Option('--seed <n>', 'seed of all random choices').argParser(parseSeed))
    .addOption(new Option('--run-id <id>', 'fix the run id, which markers carry; random by default'))
    .addOption(new Option('--out <dir>', 'folder for report and history; default reports/<run-id>'))
    .addOption(
      new Option('--threads <n>', 'threads that carry the load; 0: the main thread').argParser(parseIntegerIn(0, 64)),
    )
    .addOption(new Option('--max-duration <time>', 'stop the run after this time').argParser(parsePositiveDuration))
    .addOption(
      new Option('--history-limit <MB>', 'write no more history than this; check can judge no further').argParser(
        parseIntegerIn(1, 1_000_000),
      ),
    )
    .addOption(new Option('--broker <url>', 'broker of the reference servers: embedded, or amqp://host:port'))
    .addOption(
      new Option('--defect <names>', 'plant known defects in the reference servers, separated by commas').argParser(
        parseNames,
      ),
    )
    .addOption(new Option('--defect-rate <share>', 'how often each defect acts, 0…1').argParser(parseShare))
    .addOption(new Option('--strict', 'hygiene violations turn the run red, too'))
    .addOption(
      new Option('--deep-scan <mode>', 'search for markers in other forms: always, or above a rate in samples')
        .choices(['always', 'sampled'])
        .default('sampled'),
    )
    .addOption(
      new Option(
        '--solo-compare',
        'run clients alone, then all together, and compare what they are told: for what no checker knows to be wrong',
      ).conflicts(['repeat', 'freshTarget']),
    )
    .addOption(
      new Option('--repeat <runs>', 'run so often, each time with another seed, and judge all together').argParser(
        parseIntegerIn(1, 10_000),
      ),
    )
    .addOption(new Option('--fresh-target', 'foreign targets are started afresh for each repeated run: you say so'))
    .addOption(
      new Option(
        '--restart-command <command>',
        'starts foreign targets afresh before each repeated run or client alone, and ends then',
      ),
    )
    .addOption(new Option('--quiet', 'print no progress lines'))
    .addOption(new Option('--no-dashboard', 'print plain progress lines also on a terminal'))
    .addOption(new Option('--format <format>', 'what stdout carries').choices(['text', 'json']).default('text'))
    .addOption(new Option('--json', 'short for --format json'))
}

/** Runs a valid scenario, once or several times, prints what came of it, and returns the exit code. */
export async function runScenarioCommand(
  scenario: Scenario,
  systems: readonly System[],
  options: RunCommandOptions,
  io: Io,
): Promise<number> {
  const runId = options.runId ?? createRunId(new Date())
  const outDir = resolve(io.cwd, options.out ?? join('reports', runId))
  const { seed = scenario.seed, maxDuration: maxDurationMs = scenario.maxDurationMs, threads = 1 } = options
  const chosen = overrideTargets({ ...scenario, seed, maxDurationMs }, systems, options)
  const one: OneRun = {
    runId,
    outDir,
    threads,
    historyLimitBytes: options.historyLimit && options.historyLimit * 2 ** 20,
    strict: options.strict === true,
    deepScan: options.deepScan,
    quiet: options.quiet === true,
    dashboard: options.dashboard !== false,
  }
  const repetition = options.soloCompare ? undefined : readRepetition(options)
  const asJson = options.json === true || options.format === 'json'
  const print = (file: string, json: RunReport | RepeatReport, text: (paint: Paint) => string) => {
    const end = `Report: ${relative(io.cwd, join(outDir, file))}\n`
    return io.stdout.write(asJson ? formatJson(json) : text(createPaint(io.stdout.hasColour)) + end)
  }
  if (repetition) {
    const report = await repeatRun(chosen, systems, repetition, one, io)
    await print('repeat.json', report, (paint) => formatRepeats(report, paint))
    return report.exitCode
  }
  const report = options.soloCompare
    ? await soloCompare(chosen, systems, options.restartCommand, one, io)
    : await runOnce(chosen, systems, one, io)
  await print('report.json', report, (paint) => formatText(report, paint))
  return report.exitCode
}

function readRepetition({ repeat, freshTarget, restartCommand }: RunCommandOptions): Repetition | undefined {
  if (repeat !== undefined) {
    return { repeat, freshTarget: freshTarget === true, ...(restartCommand !== undefined && { restartCommand }) }
  }
  const option = freshTarget ? '--fresh-target' : restartCommand === undefined ? undefined : '--restart-command'
  if (option === undefined) return undefined
  throw new McsimError({
    code: 'option-without-repeat',
    message: `${option} concerns repeated runs only.`,
    hint: `Add --repeat with the number of runs${freshTarget ? '' : ', or --solo-compare'}.`,
  })
}
