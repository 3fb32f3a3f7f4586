import { type Command, Option } from 'commander'
import { McsimError } from '../../core/errors.ts'
import { exitCodes } from '../../core/exit-codes.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { System, TargetOptions } from '../../core/system.ts'
import type { Io } from '../io.ts'
import { parseIntegerIn, parseNamesOf, parseNumber, parseSeed, parseShare } from '../parse-option.ts'

/** Adds `mcsim serve <system>` with one option for each plain setting of the system's reference server. */
export function addServeCommand(serve: Command, system: System, io: Io): Command {
  const defects = system.defects.map(({ name }) => name)
  const command = serve
    .command(system.name)
    .description(`Start the reference server of ${system.name}: ${system.summary}`)
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(new Option('--port <n>', '0: any free port').argParser(parseIntegerIn(0, 65_535)).default(0))
    .addOption(
      new Option('--status-port <n>', "port of the operator's status server")
        .argParser(parseIntegerIn(0, 65_535))
        .default(0),
    )
    .addOption(
      new Option('--defect <names>', `plant known defects, separated by commas: ${defects.join(', ')}`)
        .argParser(parseNamesOf(defects))
        .default([], 'none'),
    )
    .addOption(new Option('--defect-rate <share>', 'how often each defect acts, 0…1').argParser(parseShare).default(1))
    .addOption(new Option('--seed <n>', "seed of the defects' own choices").argParser(parseSeed).default(1))
    .addOption(new Option('--settings <json>', 'all settings as one JSON object; options override it').default('{}'))
    .addOption(new Option('--exit-with-stdin', 'stop when stdin closes, for a server that another process starts'))
    .addOption(new Option('--quiet', 'print no log lines'))
  const settings = listPlainSettings(system)
  for (const setting of settings) command.addOption(setting.option)
  return command.action(async (options: JsonObject) => {
    io.exitCode = await serveSystem(system, settings, options, io)
  })
}

interface PlainSetting {
  readonly key: string
  readonly option: Option
}

/** Settings that fit on a command line: text, numbers and switches at the top level of the settings' JSON Schema. */
function listPlainSettings(system: System): PlainSetting[] {
  const properties = (system.settings.jsonSchema()['properties'] ?? {}) as Record<string, JsonObject>
  return Object.entries(properties).flatMap(([key, schema]) => {
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    const description = String(schema['description'] ?? `setting ${key}`)
    const choices = schema['enum'] as readonly string[] | undefined
    if (choices) return [{ key, option: new Option(`${flag} <value>`, description).choices(choices) }]
    if (schema['type'] === 'string') return [{ key, option: new Option(`${flag} <value>`, description) }]
    if (schema['type'] === 'integer' || schema['type'] === 'number')
      return [{ key, option: new Option(`${flag} <n>`, description).argParser(parseNumber) }]
    if (schema['type'] === 'boolean') return [{ key, option: new Option(flag, description) }]
    return []
  })
}

async function serveSystem(
  system: System,
  plainSettings: readonly PlainSetting[],
  options: JsonObject,
  io: Io,
): Promise<number> {
  const settings = parseSettings(system, plainSettings, options)
  const stop = options['exitWithStdin'] ? AbortSignal.any([io.signal, io.stdinClosed()]) : io.signal
  const targetOptions: TargetOptions = {
    host: String(options['host']),
    port: Number(options['port']),
    statusPort: Number(options['statusPort']),
    settings,
    defects: options['defect'] as readonly string[],
    defectRate: Number(options['defectRate']),
    seed: Number(options['seed']),
    ...(options['quiet'] ? {} : { log: (line: string) => void io.stderr.write(`${line.trimEnd()}\n`) }),
  }
  const target = await system.startTarget(targetOptions)
  const { url, statusUrl, resultsDir } = target
  await io.stdout.write(`${JSON.stringify({ url, statusUrl, resultsDir })}\n`)
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }))
  await target.stop()
  return exitCodes.pass
}

function parseSettings(system: System, plainSettings: readonly PlainSetting[], options: JsonObject): unknown {
  const given: Record<string, Json> = { ...parseJsonObject(String(options['settings'])) }
  for (const { key, option } of plainSettings) {
    const value = options[option.attributeName()]
    if (value !== undefined) given[key] = value
  }
  const parsed = system.settings.parse(given)
  if ('value' in parsed) return parsed.value
  throw new McsimError({
    code: 'invalid-settings',
    message: parsed.problems.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`).join('\n'),
    hint: `See "mcsim serve ${system.name} --help".`,
  })
}

function parseJsonObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  } catch {
    // Falls through to the one message for everything that is not an object.
  }
  throw new McsimError({
    code: 'invalid-settings',
    message: `--settings got ${text}, expected a JSON object.`,
    hint: `For example --settings '{"dialect":"streamed"}'.`,
  })
}
