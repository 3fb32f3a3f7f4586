import type { JsonObject } from '../../../../core/json.ts'
import { HttpError, type HttpReply } from '../../../../targets/http-error.ts'
import type { Found, HttpRouter } from '../../../../targets/http-router.ts'
import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import { shiftReply } from '../defects/shift-reply.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Route } from './create-routes.ts'
import type { RequestLimiter } from './request-limiter.ts'

/** Answers one request, and logs a line that says whose it was and what came of it. */
export async function answerRequest(
  server: ReplayServer,
  routes: HttpRouter<Route>,
  limiter: RequestLimiter,
  request: HttpRequest,
): Promise<HttpReply> {
  const beganMs = performance.now()
  server.totals.requests++
  try {
    const retryAfter = limiter.take(request.address)
    if (retryAfter > 0) return { ...refuseForNow(retryAfter), headers: { 'retry-after': String(retryAfter) } }
    const { route, params } = findRoute(routes, request)
    const asked = { request, params, pattern: route.pattern }
    const { session, body } = await route.answer(server, asked)
    log(server, request, 200, session ? { clientId: session.id, state: session.state } : {}, beganMs)
    return await shiftReply(server, asked, { status: 200, body })
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    log(server, request, error.status, { error: error.code, reason: error.message }, beganMs)
    return describeRefusal(error)
  }
}

/** As the protocol has it: `{"status":"error","error":code,"message":…}`. */
export function describeRefusal(error: HttpError): HttpReply {
  const { status, body } = error.toReply()
  return { status, body: { status: 'error', ...(body as JsonObject) } }
}

const refuseForNow = (seconds: number) =>
  describeRefusal(new HttpError(429, 'too-many-requests', `there is room again in ${seconds} s`))

function findRoute(routes: HttpRouter<Route>, { method, path }: HttpRequest): Found<Route> {
  const found = routes.find(method, path)
  if (found) return found
  const methods = routes.methodsOf(path)
  if (methods.length === 0) throw new HttpError(404, 'unknown-path', 'nothing is served here')
  throw new HttpError(405, 'wrong-method', `only ${methods.join(' and ')} is answered here`)
}

function log(
  server: ReplayServer,
  { method, path }: HttpRequest,
  status: number,
  fields: JsonObject,
  beganMs: number,
): void {
  const line = { method, path, status, ms: Math.round((performance.now() - beganMs) * 1000) / 1000, ...fields }
  if ('error' in fields) server.log.warn('request refused', line)
  else server.log.info('request', line)
}
