import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { McsimError } from '../../../core/errors.ts'
import { exitCodes } from '../../../core/exit-codes.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { CommandIo, SystemCommand } from '../../../core/system.ts'
import { endpointPaths } from '../params/endpoint-paths.ts'
import { builtInModels, type DeviceModel } from '../params/models.ts'
import type { Endpoints } from '../wire/endpoints.ts'
import { imageBytes } from '../wire/image.ts'
import { maxRecordIdBytes } from '../wire/inference-record.ts'
import { DeviceSession, type SessionAnswer } from './device-session.ts'
import { type ClientConfig, readClientConfig } from './read-client-config.ts'

const usualServer = 'http://127.0.0.1:8000/api'
const startHint = 'start a server with "mcsim serve devices --port 8000", or name one with --server'

export const register: SystemCommand = {
  path: ['register'],
  summary: 'Register one device with an inference server and print the model that it is assigned',
  options: [
    { flags: '--client-id <id>', description: 'who the device is; 8 random characters without it' },
    { flags: '--server <url>', description: `http://host:port/api; ${usualServer} without it` },
    { flags: '--config <file>', description: "a device's configuration file (client.client_id, http.server_host …)" },
    { flags: '--input <file>', description: 'an image for the rounds: 96×96 pixels, RGB565, big-endian' },
    { flags: '--rounds <n>', description: 'inferences after the registration', type: 'integer', default: 0 },
    { flags: '--json', description: 'print one JSON document' },
    { flags: '--strict', description: 'without a server, exit with 4 instead of going on LOCAL-ONLY' },
  ],
  examples: [
    'mcsim register --client-id device_01',
    'mcsim register --server http://127.0.0.1:8000/api --rounds 3 --json',
    'mcsim register --config client.yaml --strict',
  ],
  run,
}

interface Registered {
  readonly clientId: string
  readonly model: string
  readonly server: string
  readonly localOnly: boolean
  readonly rounds: readonly JsonObject[]
}

async function run(options: JsonObject, io: CommandIo): Promise<number> {
  const config: ClientConfig = options['config'] === undefined ? {} : await readClientConfig(String(options['config']))
  const clientId = String(options['clientId'] ?? config.clientId ?? randomId())
  const rounds = readRounds(options['rounds'])
  refuseLongId(clientId, rounds)
  const image = await readImage(options['input'])
  const named = options['server'] ?? config.server
  if (named !== undefined) refuseOtherUrl(String(named))
  const session = new DeviceSession(clientId, String(named ?? usualServer), findEndpoints(config), io.signal)
  const answer = await session.register()
  if (answer.type === 'refused') throw describeRefusal(session.server, answer)
  const registered: Registered =
    answer.type === 'answer'
      ? await infer(session, answer.value.modelName, rounds, image)
      : { clientId, model: defaultModel.name, server: session.server, localOnly: true, rounds: [] }
  if (answer.type === 'unreachable') {
    io.stderr(`warning: no server at ${session.server} (${answer.reason}): LOCAL-ONLY, with the default model\n`)
    if (named === undefined) io.stderr(`hint: ${startHint}\n`)
  }
  io.stdout(options['json'] === true ? `${JSON.stringify(registered)}\n` : describe(registered))
  return registered.localOnly && options['strict'] === true ? exitCodes.operationsFailed : exitCodes.pass
}

async function infer(
  session: DeviceSession,
  modelName: string,
  rounds: number,
  image: Uint8Array,
): Promise<Registered> {
  const told: JsonObject[] = []
  const model = builtInModels.find(({ name }) => name === modelName) ?? defaultModel
  for (let round = 0; round < rounds; round++) told.push(await session.infer(model, image))
  return { clientId: session.clientId, model: modelName, server: session.server, localOnly: false, rounds: told }
}

function describe({ clientId, model, localOnly, rounds }: Registered): string {
  const lines = rounds.map((round, i) => `round ${i + 1}: ${JSON.stringify(round)}\n`)
  return `${clientId}: ${model}${localOnly ? ' (LOCAL-ONLY)' : ''}\n${lines.join('')}`
}

/** Below the server's URL. */
const findEndpoints = (config: ClientConfig): Endpoints => config.endpoints ?? endpointPaths.parse({})

const defaultModel = builtInModels[0] as DeviceModel
const idCharacters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const randomId = () => Array.from({ length: 8 }, () => idCharacters[randomInt(idCharacters.length)]).join('')

function refuseLongId(clientId: string, rounds: number): void {
  if (rounds === 0 || Buffer.byteLength(clientId) <= maxRecordIdBytes) return
  throw new McsimError({
    code: 'client-id-too-long',
    message: `The id ${clientId} has more than ${maxRecordIdBytes} bytes, which is all that the record of an inference has room for.`,
    hint: 'Take a shorter id, or register without --rounds.',
  })
}

function refuseOtherUrl(url: string): void {
  if (URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)) return
  throw new McsimError({
    code: 'usage',
    message: `--server: expected http://host:port/api, got "${url}"`,
    hint: `Leave it out for ${usualServer}.`,
  })
}

function readRounds(given: JsonObject[string] | undefined): number {
  const rounds = Number(given)
  if (rounds >= 0) return rounds
  const message = `--rounds: expected 0 or more inferences, got ${rounds}`
  throw new McsimError({ code: 'usage', message, hint: 'Leave it out to register only.' })
}

async function readImage(file: JsonObject[string] | undefined): Promise<Uint8Array> {
  if (file === undefined) return new Uint8Array(imageBytes)
  const image = await readFile(String(file)).catch((error: Error) => {
    throw new McsimError({ code: 'input-unreadable', message: `${file} cannot be read: ${error.message}` })
  })
  if (image.length === imageBytes) return image
  const message = `${file} has ${image.length} bytes, expected ${imageBytes}: 96×96 pixels, RGB565, big-endian`
  throw new McsimError({ code: 'no-image', message })
}

const describeRefusal = (server: string, { status, text }: Extract<SessionAnswer<unknown>, { type: 'refused' }>) =>
  new McsimError({
    code: 'registration-refused',
    message: `The server at ${server} answered ${status}: ${text}`,
    exitCode: exitCodes.operationsFailed,
  })
