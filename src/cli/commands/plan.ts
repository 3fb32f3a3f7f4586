import { type Command, Option } from 'commander'
import { exitCodes } from '../../core/exit-codes.ts'
import { comparePairs } from '../../engine/compare-pairs.ts'
import { planRun } from '../../engine/plan-run.ts'
import type { LoadSystems } from '../../systems/index.ts'
import { formatPlan } from '../format-plan.ts'
import type { Io } from '../io.ts'
import { parseIntegerIn, parseSeed } from '../parse-option.ts'
import { readScenario } from '../read-scenario.ts'
import { createRunId } from '../run-id.ts'
import { summarizePlan } from '../summarize-plan.ts'

interface PlanOptions {
  readonly runId?: string
  readonly seed?: number
  readonly pairs: number
  readonly json?: boolean
}

export function definePlan(command: Command, io: Io, load: LoadSystems): void {
  command
    .argument('<file>', 'scenario file')
    .addOption(new Option('--run-id <id>', 'plan for this run id; random by default'))
    .addOption(new Option('--seed <n>', 'seed of all random choices').argParser(parseSeed))
    .addOption(
      new Option('--pairs <n>', 'compare the data of so many pairs of clients at each target')
        .argParser(parseIntegerIn(0, 1_000_000))
        .default(10),
    )
    .addOption(new Option('--json', 'print the whole plan as JSON'))
    .addHelpText(
      'after',
      '\nExamples:\n  mcsim plan scenarios/gateway.yaml\n  mcsim plan scenarios/gateway.yaml --json',
    )
    .action((file: string, options: PlanOptions) => printPlan(file, options, io, load))
}

async function printPlan(file: string, options: PlanOptions, io: Io, load: LoadSystems): Promise<void> {
  const systems = await load()
  const scenario = await readScenario(file, systems, io)
  const plan = planRun({ ...scenario, seed: options.seed ?? scenario.seed }, options.runId ?? createRunId(new Date()))
  const comparisons = await comparePairs(plan, systems, { pairs: options.pairs, signal: io.signal })
  const summary = summarizePlan(plan, comparisons)
  await io.stdout.write(options.json ? `${JSON.stringify(summary, null, 2)}\n` : formatPlan(summary))
  io.exitCode = exitCodes.pass
}
