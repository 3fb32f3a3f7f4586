import { createServer } from 'node:http'
import type { Json } from '../core/json.ts'
import { HttpError, type HttpReply } from './http-error.ts'
import { splitTarget } from './split-target.ts'
import { listen } from './start-tcp-server.ts'

export interface StatusServerOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** What `GET <path>` answers, for example `/stats`. For the operator, never for clients. */
  readonly answers: Answers
  /** What `POST <path>` does, and its answer. */
  readonly orders?: Answers
}

export type Answers = Readonly<Record<string, (query: URLSearchParams) => Json | Promise<Json>>>

export interface StatusServer {
  readonly url: string
  stop(): Promise<void>
}

/** Throws a `McsimError` where the address cannot be had. */
export async function startStatusServer(options: StatusServerOptions): Promise<StatusServer> {
  const { host, port, answers, orders = {} } = options
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request.method, request.url, { GET: answers, POST: orders })
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(body)}\n`)
  })
  const url = `http://${host}:${await listen(server, { host, port })}`
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  method: string | undefined,
  url: string | undefined,
  byMethod: Readonly<Record<'GET' | 'POST', Answers>>,
): Promise<HttpReply> {
  const { path, query } = splitTarget(url)
  const methods = (['GET', 'POST'] as const).filter((each) => Object.hasOwn(byMethod[each], path))
  const paths = [...Object.keys(byMethod.GET), ...Object.keys(byMethod.POST)]
  if (methods.length === 0) return { status: 404, body: { error: 'not found', paths } }
  const allowed = methods.find((each) => each === method)
  if (!allowed) return { status: 405, body: { error: `only ${methods.join(' and ')} is answered` } }
  try {
    return { status: 200, body: (await byMethod[allowed][path]?.(query)) ?? null }
  } catch (error) {
    return error instanceof HttpError ? error.toReply() : { status: 500, body: { error: String(error) } }
  }
}
