import { type Command, Option } from 'commander'
import type { JsonObject } from '../core/json.ts'
import type { CommandOption, System, SystemCommand } from '../core/system.ts'
import { scenarioFromDocument } from '../scenario/load-scenario.ts'
import { addRunOptions, type RunCommandOptions, runScenarioCommand } from './commands/run.ts'
import { addServeCommand } from './commands/serve.ts'
import { type Io, toCommandIo } from './io.ts'
import { checkDuration, parseInteger, parseNumber } from './parse-option.ts'

/** Adds the reference server of each system and the commands that it brings along. */
export function addSystemCommands(program: Command, systems: readonly System[], io: Io): void {
  for (const system of systems) {
    addServeCommand(openGroup(program, 'serve'), system, io)
    for (const systemCommand of system.commands) addSystemCommand(program, systemCommand, systems, io)
  }
}

function addSystemCommand(program: Command, systemCommand: SystemCommand, systems: readonly System[], io: Io): void {
  const { path, summary, options, examples, run, toScenario } = systemCommand
  const command = openGroup(program, ...path)
    .summary(summary)
    .description(summary)
  for (const option of options) command.addOption(createOption(option))
  if (examples.length > 0)
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`)
  if (toScenario) addRunOptions(command)
  command.action(async (given: JsonObject) => {
    if (run) io.exitCode = await run(given, toCommandIo(io))
    if (!toScenario) return
    const scenario = scenarioFromDocument(toScenario(given), systems)
    io.exitCode = await runScenarioCommand(scenario, systems, given as RunCommandOptions, io)
  })
}

/** The command at a path such as `generate dataset`, with the commands above it made where they are not there yet. */
function openGroup(program: Command, ...path: readonly string[]): Command {
  return path.reduce<Command>(
    (parent, name) => parent.commands.find((child) => child.name() === name) ?? parent.command(name),
    program,
  )
}

type Parser = (text: string) => string | number

const parsers: Readonly<Record<NonNullable<CommandOption['type']>, Parser | undefined>> = {
  string: undefined,
  integer: parseInteger,
  number: parseNumber,
  duration: checkDuration,
}

function createOption({ flags, description, type, choices, required, default: preset }: CommandOption): Option {
  const option = new Option(flags, description)
  const parser = parsers[type ?? 'string']
  if (parser) option.argParser<string | number>(parser)
  if (choices) option.choices(choices)
  if (required) option.makeOptionMandatory()
  if (preset !== undefined) option.default(preset)
  return option
}
