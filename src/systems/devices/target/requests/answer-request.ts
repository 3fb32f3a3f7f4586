import type { JsonObject } from '../../../../core/json.ts'
import { HttpError, type HttpReply } from '../../../../targets/http-error.ts'
import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import { clientIdKey } from '../../wire/endpoints.ts'
import { shiftReply } from '../defects/shift-reply.ts'
import type { DevicesServer } from '../devices-server.ts'
import type { DevicesSettings } from '../settings.ts'
import type { Answered, AnswerRequest } from './answered.ts'
import { decideOffloading } from './decide-offloading.ts'
import { registerDevice } from './register-device.ts'
import { takeInput } from './take-input.ts'
import { takeReport } from './take-report.ts'

interface Route {
  readonly method: 'GET' | 'POST'
  readonly answer: AnswerRequest
}

/** The four requests by their whole path. All paths are fixed once the server stands, so that a map is the router. */
export function createRoutes({ basePath, endpoints }: DevicesSettings): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    [basePath + endpoints.registration, { method: 'POST', answer: registerDevice }],
    [basePath + endpoints.deviceInput, { method: 'POST', answer: takeInput }],
    [basePath + endpoints.offloadingLayer, { method: 'GET', answer: decideOffloading }],
    [basePath + endpoints.deviceInferenceResult, { method: 'POST', answer: takeReport }],
  ])
}

/** Answers one request when it is its turn, and logs a line that says whose it was and what came of it. */
export async function answerRequest(
  server: DevicesServer,
  routes: ReadonlyMap<string, Route>,
  request: HttpRequest,
): Promise<HttpReply> {
  const beganMs = performance.now()
  await server.slots.enter()
  let keepsSlot = false
  try {
    const answered = await findRoute(routes, request).answer(server, request)
    finish(server, request, 200, describe(answered), beganMs)
    return await shiftReply(server, request, { status: 200, body: answered.body })
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    const clientId = request.query.get(clientIdKey)
    finish(server, request, error.status, { clientId, error: error.code, reason: error.message }, beganMs)
    keepsSlot = (error.status === 400 || error.status === 413) && server.defect.acts('slot-exhaustion')
    return error.toReply()
  } finally {
    if (!keepsSlot) server.slots.leave()
  }
}

function findRoute(routes: ReadonlyMap<string, Route>, { path, method }: HttpRequest): Route {
  const route = routes.get(path)
  if (!route) throw new HttpError(404, 'unknown-path', 'nothing is served here', { paths: [...routes.keys()] })
  if (route.method !== method) throw new HttpError(405, 'wrong-method', `only ${route.method} is answered here`)
  return route
}

function describe({ device, notes }: Answered): JsonObject {
  return { clientId: device.id, model: device.model.name, ...notes }
}

function finish(
  server: DevicesServer,
  request: HttpRequest,
  status: number,
  fields: JsonObject,
  beganMs: number,
): void {
  server.replies.set(status, (server.replies.get(status) ?? 0) + 1)
  const ms = Math.round((performance.now() - beganMs) * 1000) / 1000
  const line = { method: request.method, path: request.path, status, ms, ...fields }
  if (status === 200) server.log.info('request', line)
  else server.log.warn('request refused', line)
}
