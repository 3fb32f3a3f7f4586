import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { McsimError } from '../../../core/errors.ts'
import { createSchema, type Validator } from '../../../core/schema.ts'
import { endpointPaths } from '../params/endpoint-paths.ts'

/** As devices of this kind have it beside their program; what is not known is left alone, because it is for them. */
const clientConfig = z.looseObject({
  client: z.looseObject({ client_id: z.string().min(1).nullish() }).nullish(),
  http: z
    .looseObject({
      server_host: z.string().min(1).optional(),
      server_port: z.int().min(1).max(65_535).optional(),
      endpoints: z.record(z.string(), z.string()).optional(),
    })
    .nullish(),
})

export interface ClientConfig {
  readonly clientId?: string
  /** Below it are the endpoints; undefined where the file names no host. */
  readonly server?: string
  /** Undefined: the usual ones, below /api. */
  readonly endpoints?: z.output<typeof endpointPaths>
}

/** Reads a device's configuration file, YAML or JSON. Throws a `McsimError` that names the file and the place. */
export async function readClientConfig(file: string): Promise<ClientConfig> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new McsimError({ code: 'config-unreadable', message: `${file} cannot be read: ${error.message}` })
  })
  const document = parseDocument(text)
  const [spoilt] = document.errors
  if (spoilt) throw new McsimError({ code: 'invalid-config', message: `${file} is no YAML: ${spoilt.message}` })
  const { client, http } = read(file, [], clientConfig, document.toJS({ maxAliasCount: 100 }) ?? {})
  const clientId = client?.client_id
  const named = http?.endpoints && { ...wholePaths, ...renameKeys(http.endpoints) }
  const endpoints = named && read(file, ['http', 'endpoints'], endpointPaths, named)
  const host = http?.server_host
  return {
    ...(typeof clientId === 'string' && { clientId }),
    ...(host !== undefined && { server: `http://${host}:${http?.server_port ?? 8000}${endpoints ? '' : usualBase}` }),
    ...(endpoints && { endpoints }),
  }
}

/** A file that names paths names whole ones. */
const usualBase = '/api'
const wholePaths = Object.fromEntries(
  Object.entries(endpointPaths.parse({})).map(([name, path]) => [name, usualBase + path]),
)

/** `offloading_layer` and `offloadingLayer` mean the same. */
const renameKeys = (endpoints: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(endpoints).map(([key, path]) => [
      key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()),
      path,
    ]),
  )

/** Tells all that is wrong, each with its place in the file. */
function read<T>(file: string, at: readonly string[], validator: Validator<T>, input: unknown): T {
  const parsed = createSchema(validator).parse(input)
  if ('value' in parsed) return parsed.value
  const problems = parsed.problems.map(({ path, message, hint }) => {
    const place = [...at, ...path].join('.')
    return `${place}: ${message}${hint === undefined ? '' : ` (${hint})`}`
  })
  throw new McsimError({
    code: 'invalid-config',
    message: `${file}: ${problems.join('; ')}`,
    hint: 'It is the file of a device: client.client_id, http.server_host, http.server_port, http.endpoints.',
  })
}
