import { Command } from 'commander'
import { type LoadSystems, loadSystems, type SystemEntry } from '../systems/index.ts'
import type { Io } from './io.ts'
import { mcsimVersion } from './version.ts'

/** A command of mcsim itself. Its module, with all that it imports, is loaded only when the command line names it. */
interface OwnCommand {
  readonly name: string
  readonly summary: string
  define(command: Command, io: Io, load: LoadSystems): Promise<void>
}

const ownCommands: readonly OwnCommand[] = [
  {
    name: 'run',
    summary: 'Run a scenario and judge what came of it',
    define: async (...to) => (await import('./commands/run.ts')).defineRun(...to),
  },
  {
    name: 'validate',
    summary: 'Check scenario files and tell all their mistakes',
    define: async (...to) => (await import('./commands/validate.ts')).defineValidate(...to),
  },
  {
    name: 'plan',
    summary: 'Show who would arrive when, without running anything',
    define: async (...to) => (await import('./commands/plan.ts')).definePlan(...to),
  },
  {
    name: 'check',
    summary: 'Judge a run again from the files in its folder',
    define: async (...to) => (await import('./commands/check.ts')).defineCheck(...to),
  },
  {
    name: 'shrink',
    summary: 'Find the smallest scenario in which a red run is still red, and try its suspects',
    define: async (...to) => (await import('./commands/shrink.ts')).defineShrink(...to),
  },
  {
    name: 'history',
    summary: "Print a run's events as NDJSON",
    define: async (command, io) => (await import('./commands/history.ts')).defineHistory(command, io),
  },
  {
    name: 'self-test',
    summary: 'Find every planted defect of every reference server, and nothing in clean ones',
    define: async (...to) => (await import('./commands/self-test.ts')).defineSelfTest(...to),
  },
  {
    name: 'scan',
    summary: "Look for clients' data in files: results, logs and dumps",
    define: async (command, io) => (await import('./commands/scan.ts')).defineScan(command, io),
  },
  {
    name: 'bench',
    summary: 'Measure how fast an HTTP server answers at best, with autocannon',
    define: async (command, io) => (await import('./commands/bench.ts')).defineBench(command, io),
  },
]

/** Commands below which the systems put commands of theirs. */
const groups = [
  { name: 'serve', summary: 'Start a reference server, or a part of one' },
  { name: 'generate', summary: 'Write generated data' },
]

/**
 * The program for one command line. Only what this line needs is loaded: nothing for `--version`, names and summaries
 * for `--help`, one module for a command of mcsim itself, one system to serve it, the systems for all the rest.
 */
export async function createProgram(
  argv: readonly string[],
  io: Io,
  systems: readonly SystemEntry[],
): Promise<Command> {
  const program = createRoot(io)
  const load = () => loadSystems(systems)
  const [word, second] = argv.filter((argument) => !argument.startsWith('-'))
  const named = ownCommands.find(({ name }) => name === word)
  for (const { name, summary, define } of ownCommands) {
    const command = program.command(name).summary(summary).description(summary)
    if (name === named?.name || word === 'help') await define(command, io, load)
  }
  for (const { name, summary } of groups) program.command(name).summary(summary).description(summary)
  if (named || word === undefined) addOverview(program, systems)
  else {
    const { addSystemCommands } = await import('./add-system-commands.ts')
    // A run starts a server of one system, and would wait for the code of all.
    const served = word === 'serve' ? systems.filter(({ name }) => name === second) : []
    addSystemCommands(program, served.length > 0 ? await loadSystems(served) : await load(), io)
  }
  return program
}

function createRoot(io: Io): Command {
  const program = new Command('mcsim')
  program
    // Before any command(), for commands inherit both.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
      getOutHasColors: () => io.stdout.hasColour,
      getErrHasColors: () => io.stderr.hasColour,
    })
    .showHelpAfterError('(add --help for the options)')
    .description('Drives many simulated clients at a server and proves that each gets its own data and nobody else’s.')
    .version(mcsimVersion)
    .addHelpText('after', exitCodeHelp)
  return program
}

/** The systems' commands by name alone, for the overview and for "did you mean". */
function addOverview(program: Command, entries: readonly SystemEntry[]): void {
  for (const { name, summary } of entries) program.command(name).summary(summary)
}

const exitCodeHelp = `
Exit codes:
  0    pass
  1    an invariant was violated; the report says which kind
  2    the command line or the scenario is wrong
  3    a threshold was missed
  4    operations failed or connections were lost, and no invariant was violated
  5    inconclusive, or the timing is not to be trusted where a threshold depends on it
  70   a bug in mcsim
  130  aborted by the second Ctrl-C; the first one finishes what has begun and reports

Examples:
  mcsim run scenarios/gateway.yaml
  mcsim gateway --clients 10 --target tcp://127.0.0.1:12345
  mcsim check reports/20261121-031500-a1b2c3
  mcsim plan scenarios/gateway.yaml`
