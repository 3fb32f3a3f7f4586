import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decide, type Report, readReport, type Speeds } from './decide.ts'

export type Fields = Record<string, unknown>

export interface ForeignDevice {
  readonly id: string
  model: string
  readonly reports: Report[]
}

export type Endpoint = 'registration' | 'device_input' | 'offloading_layer' | 'device_inference_result'

/** In what a server differs from the plainest one. */
export interface Variant {
  readonly basePath?: string
  readonly paths?: Partial<Record<Endpoint, string>>
  /** A report whose query names a device is refused. */
  readonly bodyIdOnly?: boolean
  readonly speeds?: Speeds
  /** Under what a device is kept; by its whole id without it. */
  readonly keyOf?: (id: string) => string
  /** Whoever is not registered is served, and reports count for whom their body names. */
  readonly trusting?: boolean
  /** Where a device shall stop, instead of what follows from its own reports. */
  readonly decide?: (device: ForeignDevice, fleet: Fleet, own: number) => number
  /** Changes the fields of an answer before it is sent. */
  readonly answer?: (fields: Fields, endpoint: Endpoint, device: ForeignDevice, fleet: Fleet) => Fields
  /** Sends the text of an answer; at once and with its length without it. */
  readonly send?: (response: ServerResponse, text: string) => void
}

export interface Fleet {
  readonly devices: ReadonlyMap<string, ForeignDevice>
  /** All reports, in the order of their arrival. */
  readonly reports: readonly Report[]
}

export interface ForeignServer {
  readonly url: string
  stop(): Promise<void>
}

const imageBytes = 96 * 96 * 2

/** A server for devices written from the description of its messages alone: `node:http` and `Buffer`, nothing of `src/`. */
export async function startForeignDevices(variant: Variant = {}): Promise<ForeignServer> {
  const devices = new Map<string, ForeignDevice>()
  const reports: Report[] = []
  const fleet = { devices, reports }
  const { basePath = '/api', keyOf = (id: string) => id, trusting = false } = variant
  const speeds = variant.speeds ?? { bytesPerSecond: 1e6, secondsPerByte: 40e-9 }
  const find = (id: string) => {
    const known = devices.get(keyOf(id))
    if (known || !trusting) return known
    return register(id)
  }
  const register = (id: string): ForeignDevice => {
    const device = devices.get(keyOf(id)) ?? { id, model: 'fomo_96x96', reports: [] }
    devices.set(keyOf(id), device)
    return device
  }

  function takeReport(body: Buffer, asked: string | undefined): ForeignDevice | number {
    if (variant.bodyIdOnly && asked !== undefined) return 400
    const report = readReport(body)
    if (!trusting && asked !== undefined && asked !== report.id) return 403
    const device = find(report.id)
    if (!device) return 404
    device.reports.push(report)
    reports.push(report)
    return device
  }

  /** The device that asks and what it is told, or the status of a refusal. */
  function answer(endpoint: Endpoint, query: string | undefined, body: Buffer): [ForeignDevice, Fields] | number {
    if (endpoint === 'registration') {
      const { client_id: id } = JSON.parse(body.toString()) as { client_id: string }
      const device = register(id)
      return [device, { message: 'Success', client_id: device.id, model_name: device.model }]
    }
    const device = endpoint === 'device_inference_result' ? takeReport(body, query) : (find(query ?? '') ?? 404)
    if (typeof device === 'number') return device
    if (endpoint !== 'offloading_layer') {
      return endpoint === 'device_input' && body.length !== imageBytes ? 400 : [device, { message: 'Success' }]
    }
    const own = decide(device.reports, speeds)
    return [device, { offloading_layer_index: variant.decide?.(device, fleet, own) ?? own }]
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const endpoint = endpoints.find((name) => pathname === basePath + (variant.paths?.[name] ?? `/${name}`))
    const given = endpoint ? answer(endpoint, searchParams.get('client_id') ?? undefined, Buffer.concat(chunks)) : 404
    if (!endpoint || typeof given === 'number') {
      response.writeHead(Number(given)).end('<h1>No</h1>')
      return
    }
    const [device, fields] = given
    const text = JSON.stringify(variant.answer?.(fields, endpoint, device, fleet) ?? fields)
    if (variant.send) variant.send(response, text)
    else response.end(text)
  }

  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    async stop() {
      server.close().closeAllConnections()
      await once(server, 'close')
    },
  }
}

const endpoints: readonly Endpoint[] = ['registration', 'device_input', 'offloading_layer', 'device_inference_result']
