import { createServer } from 'node:http'
import type { Json } from '../core/json.ts'
import { listen } from './start-tcp-server.ts'

export interface StatusServerOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** What `GET <path>` answers, for example `/stats`. For the operator, never for clients. */
  readonly answers: Readonly<Record<string, () => Json | Promise<Json>>>
}

export interface StatusServer {
  readonly url: string
  stop(): Promise<void>
}

/** Throws a `McsimError` where the address cannot be had. */
export async function startStatusServer({ host, port, answers }: StatusServerOptions): Promise<StatusServer> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request.method, request.url, answers)
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
  answers: StatusServerOptions['answers'],
): Promise<{ status: number; body: Json }> {
  const path = url?.split('?', 1)[0] ?? ''
  const known = Object.hasOwn(answers, path) ? answers[path] : undefined
  if (!known) return { status: 404, body: { error: 'not found', paths: Object.keys(answers) } }
  if (method !== 'GET') return { status: 405, body: { error: 'only GET is answered' } }
  try {
    return { status: 200, body: await known() }
  } catch (error) {
    return { status: 500, body: { error: String(error) } }
  }
}
