import { type Command, Option } from 'commander'
import type { JsonObject } from '../core/json.ts'
import type { CommandOption, System, SystemCommand } from '../core/system.ts'
import { type Io, toCommandIo } from './io.ts'
import { checkDuration, parseInteger, parseNumber } from './parse-option.ts'

/** Adds the commands that the systems bring along. */
export function addSystemCommands(program: Command, systems: readonly System[], io: Io): void {
  for (const system of systems) {
    for (const systemCommand of system.commands) addSystemCommand(program, systemCommand, io)
  }
}

function addSystemCommand(program: Command, systemCommand: SystemCommand, io: Io): void {
  const { path, summary, options, examples, run } = systemCommand
  const command = openGroup(program, ...path)
    .summary(summary)
    .description(summary)
  for (const option of options) command.addOption(createOption(option))
  if (examples.length > 0)
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`)
  command.action(async (given: JsonObject) => {
    if (run) io.exitCode = await run(given, toCommandIo(io))
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
