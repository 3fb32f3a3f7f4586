import type { Socket } from 'node:net'
import type { JsonObject } from '../../../src/core/json.ts'
import { GatewayClient } from '../../../src/systems/gateway/client/gateway-client.ts'
import { createOracle } from '../../../src/systems/gateway/workload/oracle.ts'
import type { UploadSource } from '../../../src/systems/gateway/workload/upload-source.ts'
import { createEventList } from '../event-list.ts'
import { startTcpServer } from '../tcp-server.ts'
import { parseParams } from './parse-params.ts'
import { openTinyUpload } from './tiny-dataset.ts'

/** Limits that a test can wait for. */
const limits = { connectTimeout: '1s', answerTimeout: '1s', resultsIdleLimit: '1s', settleTime: '40ms', linger: '10ms' }

export interface DriveOptions {
  readonly resultsDir?: string
  readonly openUpload?: () => UploadSource
}

/** A client with the tiny dataset, before a server that does with each connection what the test says. */
export async function startClient(
  serve: (socket: Socket) => void,
  overrides: JsonObject = {},
  { resultsDir, openUpload = openTinyUpload }: DriveOptions = {},
) {
  const server = await startTcpServer(serve)
  const { events, recorder } = createEventList()
  const controller = new AbortController()
  const target = { url: `tcp://127.0.0.1:${server.port}`, ...(resultsDir !== undefined && { resultsDir }) }
  const params = parseParams({ ...limits, ...overrides })
  const work = { openUpload, createOracle: () => createOracle(params) }
  const client = new GatewayClient(target, recorder, params, work)
  const deliveries = () => events.flatMap((event) => (event.type === 'delivery' ? [event] : []))
  return {
    server,
    client,
    events,
    recorder,
    controller,
    signal: controller.signal,
    /** Operation and code or outcome, in order. */
    completions: () =>
      events.flatMap((event) =>
        event.type === 'completion' ? [`${event.operation} ${event.errorCode ?? event.outcome}`] : [],
      ),
    completion: (operation: string) =>
      events.find((event) => event.type === 'completion' && event.operation === operation),
    deliveries,
    channels: () => deliveries().map((delivery) => delivery.channel),
    closings: () => events.flatMap((event) => (event.type === 'closed' ? [event.reason] : [])),
  }
}

/** Connects, lives through one iteration and leaves. */
export async function runOnce(serve: (socket: Socket) => void, overrides: JsonObject = {}, options: DriveOptions = {}) {
  const started = await startClient(serve, overrides, options)
  await started.client.open(started.signal)
  const reusable = await started.client.iterate(0, started.signal)
  await started.client.close()
  await started.server.stop()
  return { ...started, reusable }
}
