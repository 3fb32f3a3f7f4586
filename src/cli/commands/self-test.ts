import { mkdir, rm, rmdir } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { McsimError } from '../../core/errors.ts'
import { chooseExitCode, exitCodes } from '../../core/exit-codes.ts'
import { type SelfTestReport, selfTestSchema } from '../../core/self-test.ts'
import type { System } from '../../core/system.ts'
import { type PlannedTrial, planTrials } from '../../engine/self-test/plan-trials.ts'
import { runTrials } from '../../engine/self-test/run-trials.ts'
import { summarizeTrials } from '../../engine/self-test/summarize-trials.ts'
import { formatJson } from '../../report/format-json.ts'
import { formatSelfTest } from '../../report/format-self-test.ts'
import { formatSelfTestSummary } from '../../report/format-self-test-summary.ts'
import { formatTrial } from '../../report/format-trial.ts'
import type { LoadSystems } from '../../systems/index.ts'
import type { Io } from '../io.ts'
import { openTrialThreads, type TrialThreads } from '../open-trial-threads.ts'
import { createPaint } from '../paint.ts'
import { parseIntegerIn, parseNames, parseShares } from '../parse-option.ts'
import { createRunId } from '../run-id.ts'
import { runTrial } from '../run-trial.ts'
import { mcsimVersion } from '../version.ts'

interface SelfTestOptions {
  readonly quick?: boolean
  readonly system?: readonly string[]
  readonly defect?: readonly string[]
  readonly seeds?: number
  readonly defectRate?: readonly number[]
  readonly pairs?: number
  readonly jobs: number
  readonly out?: string
  readonly quiet?: boolean
  readonly format: 'text' | 'json' | 'markdown'
  readonly json?: boolean
}

export function defineSelfTest(command: Command, io: Io, load: LoadSystems): void {
  command
    .addOption(new Option('--quick', 'each defect once and each clean server twice, for CI'))
    .addOption(new Option('--system <names>', 'only these systems, separated by commas').argParser(parseNames))
    .addOption(new Option('--defect <names>', 'only these defects, and no clean servers').argParser(parseNames))
    .addOption(
      new Option('--seeds <n>', `how often each is tried; default ${fullSeeds}`).argParser(parseIntegerIn(1, 10_000)),
    )
    .addOption(
      new Option('--defect-rate <shares>', 'defects that act now and then, 0…1, separated by commas').argParser(
        parseShares,
      ),
    )
    .addOption(
      new Option('--pairs <n>', 'instead of single defects so many pairs of each system, planted together')
        .argParser(parseIntegerIn(1, 10_000))
        .conflicts(['defectRate']),
    )
    .addOption(
      new Option('--jobs <n>', 'how many trials run at once; 0: one after the other in the main thread')
        .argParser(parseIntegerIn(0, 64))
        .default(cpus().length + 1),
    )
    .addOption(new Option('--out <dir>', 'where runs that went wrong are kept; default reports/self-test-<id>'))
    .addOption(new Option('--quiet', 'print no progress lines'))
    .addOption(
      new Option('--format <format>', 'what stdout carries').choices(['text', 'json', 'markdown']).default('text'),
    )
    .addOption(new Option('--json', 'short for --format json'))
    .addHelpText('after', selfTestHelp)
    .action(async (options: SelfTestOptions) => {
      io.exitCode = await selfTest(chooseSystems(await load(), options), options, io)
    })
}

const fullSeeds = 10

const selfTestHelp = `
Runs the reference server of every system with each of its planted defects, which must be found and blamed on whom it
was, and without one, which must be found faultless. Exits with 1 where a defect was missed, something was red that
must not be, or the wrong client was named.

Examples:
  mcsim self-test --quick
  mcsim self-test --system gateway --defect rare-misroute,shared-menu --seeds 20
  mcsim self-test --system devices --defect-rate 0.001,0.01,0.1
  mcsim self-test --pairs 10`

/** The systems that were asked for. Throws where a name is none of theirs, or a defect is none of their servers'. */
function chooseSystems(
  systems: readonly System[],
  { system: names, defect: defects }: SelfTestOptions,
): readonly System[] {
  const chosen = names ? systems.filter(({ name }) => names.includes(name)) : systems
  expectKnown('--system', names, systems)
  expectKnown(
    '--defect',
    defects,
    chosen.flatMap((system) => system.defects),
  )
  return chosen
}

function expectKnown(option: string, names: readonly string[] = [], known: readonly { readonly name: string }[]): void {
  const unknown = names.find((wanted) => !known.some(({ name }) => name === wanted))
  if (unknown === undefined) return
  throw new McsimError({
    code: 'unknown-name',
    message: `${option} got "${unknown}", which there is not.`,
    hint: `Known: ${[...new Set(known.map(({ name }) => name))].join(', ')}.`,
  })
}

async function selfTest(systems: readonly System[], options: SelfTestOptions, io: Io): Promise<number> {
  const { quick, seeds = quick ? 1 : fullSeeds, jobs } = options
  const trials = planTrials(systems, {
    defects: options.defect,
    seeds,
    cleanSeeds: 2 * seeds,
    rates: options.defectRate,
    pairs: options.pairs,
  })
  const startedAt = new Date()
  const outDir = resolve(io.cwd, options.out ?? join('reports', `self-test-${createRunId(startedAt)}`))
  await mkdir(outDir, { recursive: true })
  const threads: TrialThreads =
    jobs > 0
      ? openTrialThreads(Math.min(jobs, trials.length))
      : { runners: [(job) => runTrial(job, systems)], close: async () => {} }
  try {
    const results = await runTrials(trials, {
      runners: threads.runners.map((run) => ({
        run: ({ document, seed }, folder) => run({ document, seed, folder: resolve(io.cwd, folder) }),
        folderOf: (trial) => join(relative(io.cwd, outDir), nameFolder(trial)),
        discard: (folder) => rm(resolve(io.cwd, folder), { recursive: true }),
      })),
      signal: io.signal,
      onResult: (result, done) => {
        if (!options.quiet) void io.stderr.write(`${formatTrial(result, done, trials.length)}\n`)
      },
    })
    const summary = summarizeTrials(results)
    const isCut = results.length < trials.length
    return await writeSelfTest(
      {
        schema: selfTestSchema,
        mcsimVersion,
        startedAt: startedAt.toISOString(),
        durationMs: Date.now() - startedAt.getTime(),
        ...summary,
        exitCode: chooseExitCode([summary.exitCode, ...(isCut ? [exitCodes.inconclusive] : [])]),
        problems: [
          ...summary.problems,
          ...(isCut ? [`stopped after ${results.length} of ${trials.length} trials`] : []),
        ],
      },
      options,
      io,
    )
  } finally {
    await threads.close()
    // Stays where runs are kept in it.
    await rmdir(outDir).catch(() => {})
  }
}

async function writeSelfTest(report: SelfTestReport, { json, format }: SelfTestOptions, io: Io): Promise<number> {
  if (json || format === 'json') await io.stdout.write(formatJson(report))
  else if (format === 'markdown') await io.stdout.write(formatSelfTestSummary(report))
  else await io.stdout.write(formatSelfTest(report, createPaint(io.stdout.hasColour)))
  return report.exitCode
}

const nameFolder = ({ kind, system, title, rate, seed }: PlannedTrial) =>
  [system, kind, title.replaceAll(' + ', '+'), ...(kind === 'rate' ? [rate] : []), `seed-${seed}`].join('-')
