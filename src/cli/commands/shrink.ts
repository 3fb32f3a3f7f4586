import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { McsimError } from '../../core/errors.ts'
import { exitCodes } from '../../core/exit-codes.ts'
import type { JsonObject } from '../../core/json.ts'
import type { RunReport } from '../../core/report.ts'
import type { System } from '../../core/system.ts'
import { checkRun } from '../../engine/check-run.ts'
import { planRun } from '../../engine/plan-run.ts'
import { type RunFile, readRunFile } from '../../engine/run-file.ts'
import { confirmSuspects, type SuspectVerdict } from '../../engine/shrink/confirm-suspects.ts'
import { shrinkScenario } from '../../engine/shrink/shrink-scenario.ts'
import { type Failing, type RunDocument, Trials } from '../../engine/shrink/trials.ts'
import { scenarioFromDocument } from '../../scenario/load-scenario.ts'
import { formatDocument, writeDocument } from '../../scenario/write-document.ts'
import type { LoadSystems } from '../../systems/index.ts'
import type { Io } from '../io.ts'
import { parseIntegerIn, parsePositiveDuration } from '../parse-option.ts'
import { createRunId } from '../run-id.ts'
import { runOnce } from '../run-once.ts'

interface ShrinkCommandOptions {
  readonly invariant?: string
  readonly out?: string
  readonly maxRuns: number
  /** Milliseconds. */
  readonly maxTime: number
  readonly seeds: number
  readonly threads: number
  readonly json?: boolean
}

export function defineShrink(command: Command, io: Io, load: LoadSystems): void {
  command
    .argument('<dir>', "a red run's folder")
    .addOption(new Option('--invariant <name>', 'what must still be violated; the gravest finding by default'))
    .addOption(
      new Option('--out <file>', "where the smallest scenario goes; shrunk.yaml in the run's folder by default"),
    )
    .addOption(new Option('--max-runs <n>', 'make no more runs').argParser(parseIntegerIn(1, 10_000)).default(60))
    .addOption(
      new Option('--max-time <time>', 'begin no run after this time')
        .argParser(parsePositiveDuration)
        .default(600_000, '10m'),
    )
    .addOption(
      new Option('--seeds <n>', 'try each smaller scenario with so many seeds')
        .argParser(parseIntegerIn(1, 100))
        .default(2),
    )
    .addOption(new Option('--threads <n>', 'threads of each run').argParser(parseIntegerIn(0, 64)).default(1))
    .addOption(new Option('--json', 'print the result as JSON'))
    .addHelpText('after', shrinkHelp)
    .action(async (name: string, options: ShrinkCommandOptions) => {
      io.exitCode = await shrink(resolve(io.cwd, name), options, io, await load())
    })
}

const shrinkHelp = `
Runs the scenario again with fewer groups, clients and iterations, less data and other seeds, as long as the same invariant
is violated, and writes the smallest one as YAML. Then runs it without each client that is only suspected: still violated
acquits it, no longer violated in three runs confirms it. Exits with 0, or with 5 where it was never violated again.

Examples:
  mcsim shrink reports/20261121-031500-a1b2c3
  mcsim shrink reports/20261121-031500-a1b2c3 --invariant rate-own --max-runs 20 --out smallest.yaml`

async function shrink(dir: string, options: ShrinkCommandOptions, io: Io, systems: readonly System[]): Promise<number> {
  const run = await readRunFile(dir)
  const document = writeDocument(run.scenario)
  if (!document) throw new Error('run.json holds no scenario document')
  const invariant = chooseInvariant(await checkRun(dir, run, systems), options.invariant)
  const runsDir = join(dir, `shrink-${createRunId(new Date())}`)
  await mkdir(runsDir)
  const { maxRuns, maxTime: maxTimeMs, seeds } = options
  const limits = { maxRuns, maxTimeMs, signal: io.signal }
  const trials = new Trials(invariant, createRunner(runsDir, run, options, io, systems), limits)
  const onStep = (sentence: string) => void io.stderr.write(`run ${trials.runs}: ${sentence}\n`)
  const smallest = await shrinkScenario(document, trials, { systems, seeds, onStep })
  const suspects = smallest ? await confirmSuspects(smallest, trials) : []
  await rm(runsDir, { recursive: true })
  const file = resolve(io.cwd, options.out ?? join(dir, 'shrunk.yaml'))
  if (smallest) await writeFile(file, formatDocument(smallest.document, describeFile(run, trials, suspects)))
  const result = describeResult(trials, smallest, suspects, relative(io.cwd, file))
  await io.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${result.sentences.join('\n')}\n`)
  return smallest ? exitCodes.pass : exitCodes.inconclusive
}

function chooseInvariant({ findings }: RunReport, asked: string | undefined): string {
  const violated = [
    ...new Set(findings.flatMap(({ violation, invariants }) => [violation.invariant, ...Object.keys(invariants)])),
  ]
  const chosen = asked ?? violated[0]
  if (chosen !== undefined && violated.includes(chosen)) return chosen
  throw new McsimError({
    code: 'nothing-to-shrink',
    message: violated.length === 0 ? 'Nothing was violated in this run.' : `${asked} was not violated in this run.`,
    hint: violated.length === 0 ? 'Name the folder of a red run.' : `Violated were: ${violated.join(', ')}.`,
  })
}

/** Each run has a folder of its own, and all of them go when the smallest scenario is found. */
function createRunner(
  runsDir: string,
  { strict }: RunFile,
  { threads }: ShrinkCommandOptions,
  io: Io,
  systems: readonly System[],
): RunDocument {
  let count = 0
  return async (document, without) => {
    const scenario = readValid(document, systems)
    if (!scenario) return undefined
    const runId = createRunId(new Date())
    const all = planRun(scenario, runId).arrivals()
    const only = without === undefined ? {} : { only: all.map(({ client }) => client).filter((one) => one !== without) }
    if (only.only?.length === 0) return undefined
    const outDir = join(runsDir, String(++count))
    const one = { runId, outDir, threads, strict, historyLimitBytes: undefined, deepScan: undefined, quiet: true }
    return runOnce({ ...scenario, ...only }, systems, one, io)
  }
}

function readValid(document: JsonObject, systems: readonly System[]) {
  try {
    return scenarioFromDocument(document, systems)
  } catch (error) {
    if (error instanceof McsimError) return undefined
    throw error
  }
}

const describeFile = ({ runId }: RunFile, { invariant }: Trials, suspects: readonly SuspectVerdict[]) => [
  `The smallest scenario found in which ${invariant} is violated, shrunk from run ${runId}.`,
  ...suspects.map(({ sentence }) => sentence),
]

function describeResult(
  { invariant, runs, over }: Trials,
  smallest: Failing | undefined,
  suspects: readonly SuspectVerdict[],
  file: string,
) {
  const spent = `${runs} ${runs === 1 ? 'run' : 'runs'}`
  if (!smallest) {
    const why = over ?? 'what hangs on time may need more seeds (--seeds)'
    return {
      invariant,
      runs,
      reproduced: false,
      sentences: [`${invariant} was not violated again in ${spent}: ${why}.`],
    }
  }
  const { groups, findings, seed } = smallest.report
  const clients = groups.reduce((sum, { planned }) => sum + planned, 0)
  const names = groups.map(({ name, planned }) => `${planned} of ${name}`).join(', ')
  const told = findings.find(({ invariants }) => invariant in invariants)?.violation.message
  return {
    invariant,
    runs,
    reproduced: true,
    file,
    clients,
    seed,
    document: smallest.document,
    suspects,
    sentences: [
      `${invariant} is still violated with ${clients} clients (${names}), seed ${seed}: ${told}`,
      ...suspects.map(({ sentence }) => sentence),
      over === undefined ? `Nothing smaller failed. ${spent}.` : `It may not be the smallest: ${over}. ${spent}.`,
      `Scenario: ${file}`,
    ],
  }
}
