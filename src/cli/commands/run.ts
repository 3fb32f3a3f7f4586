import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { DeepScanMode } from '../../check/deep-scan/deep-budget.ts'
import { McsimError } from '../../core/errors.ts'
import type { RunReport } from '../../core/report.ts'
import type { Scenario } from '../../core/scenario.ts'
import type { System } from '../../core/system.ts'
import { runScenario } from '../../engine/run-scenario.ts'
import { formatJson } from '../../report/format-json.ts'
import { formatText } from '../../report/format-text.ts'
import type { LoadSystems } from '../../systems/index.ts'
import { createProbe } from '../create-probe.ts'
import type { Io } from '../io.ts'
import { launchTarget } from '../launch-target.ts'
import { overrideTargets, type TargetOverrides } from '../override-targets.ts'
import { createPaint } from '../paint.ts'
import { parseIntegerIn, parseNames, parsePositiveDuration, parseSeed, parseShare } from '../parse-option.ts'
import { printProgress } from '../print-progress.ts'
import { readScenario } from '../read-scenario.ts'
import { createRunId } from '../run-id.ts'
import { mcsimVersion } from '../version.ts'

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
  readonly deepScan?: DeepScanMode
}

export function defineRun(command: Command, io: Io, load: LoadSystems): void {
  addRunOptions(command)
    .argument('<file>', 'scenario file')
    .addHelpText('after', runExamples)
    .action(async (file: string, options: RunCommandOptions) => {
      const systems = await load()
      io.exitCode = await runScenarioCommand(await readScenario(file, systems, io), systems, options, io)
    })
}

const runExamples = `
Examples:
  mcsim run scenarios/gateway.yaml
  mcsim run scenarios/gateway.yaml --defect misrouted-results
  mcsim run scenarios/gateway.yaml --broker amqp://127.0.0.1:5672 --json`

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
    .addOption(new Option('--quiet', 'print no progress lines'))
    .addOption(new Option('--format <format>', 'what stdout carries').choices(['text', 'json']).default('text'))
    .addOption(new Option('--json', 'short for --format json'))
}

/** Runs a valid scenario, writes its report, prints it, and returns the exit code. */
export async function runScenarioCommand(
  scenario: Scenario,
  systems: readonly System[],
  options: RunCommandOptions,
  io: Io,
): Promise<number> {
  const runId = options.runId ?? createRunId(new Date())
  const outDir = resolve(io.cwd, options.out ?? join('reports', runId))
  await createFreshFolder(outDir)
  const { seed = scenario.seed, maxDuration: maxDurationMs = scenario.maxDurationMs } = options
  const chosen = { ...scenario, seed, maxDurationMs }
  const warn = (message: string) => void io.stderr.write(`warning: ${message}\n`)
  const report = await runScenario(overrideTargets(chosen, systems, options), {
    runId,
    outDir,
    systems,
    launchTarget: (target) =>
      launchTarget(target, {
        seed,
        logFile: join(outDir, `target-${target.name}.log`),
        onUnexpectedExit: warn,
      }),
    createProbe,
    threads: options.threads ?? 1,
    workerEntry: new URL('../worker.js', import.meta.url),
    historyLimitBytes: options.historyLimit && options.historyLimit * 2 ** 20,
    signal: io.signal,
    strict: options.strict === true,
    deepScan: options.deepScan,
    mcsimVersion,
    replay: describeReplay(io.commandLine, seed, runId),
    onProgress: options.quiet ? () => {} : printProgress(io),
  })
  await writeReport(report, outDir, options, io)
  return report.exitCode
}

async function writeReport(report: RunReport, outDir: string, options: RunCommandOptions, io: Io): Promise<void> {
  const json = formatJson(report)
  await writeFile(join(outDir, 'report.json'), json)
  const asJson = options.json === true || options.format === 'json'
  await io.stdout.write(asJson ? json : formatText(report, createPaint(io.stdout.hasColour)))
  if (!asJson) await io.stdout.write(`Report: ${relative(io.cwd, join(outDir, 'report.json'))}\n`)
}

/** The command line again, with all that was random fixed, into a folder of its own. */
function describeReplay(commandLine: string, seed: number, runId: string): string {
  const rest = commandLine.replace(/ --(?:seed|run-id|out)(?:=| )(?:'[^']*'|\S+)/g, '')
  return `${rest} --seed ${seed} --run-id ${runId} --out reports/${runId}-again`
}

/** A run never mixes its files with those of another. */
async function createFreshFolder(dir: string): Promise<void> {
  await mkdir(dirname(dir), { recursive: true })
  await mkdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
    throw new McsimError({
      code: 'folder-exists',
      message: `The folder ${dir} exists already, and a run writes into a new one.`,
      hint: 'Name another folder with --out, or remove this one.',
    })
  })
}
