import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { McsimError } from '../../../core/errors.ts'
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
  const parsed = clientConfig.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {})
  if (!parsed.success) throw refuse(file, parsed.error)
  const { client, http } = parsed.data
  const clientId = client?.client_id
  const endpoints = http?.endpoints && endpointPaths.safeParse({ ...wholePaths, ...renameKeys(http.endpoints) })
  if (endpoints?.success === false) throw refuse(`${file}: http.endpoints`, endpoints.error)
  const host = http?.server_host
  return {
    ...(typeof clientId === 'string' && { clientId }),
    ...(host !== undefined && { server: `http://${host}:${http?.server_port ?? 8000}${endpoints ? '' : usualBase}` }),
    ...(endpoints && { endpoints: endpoints.data }),
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

function refuse(subject: string, { issues }: z.ZodError): McsimError {
  const [first] = issues
  const place = first?.path.join('.') ?? ''
  return new McsimError({ code: 'invalid-config', message: `${subject}: ${place}: ${first?.message}` })
}
