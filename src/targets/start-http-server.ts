import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { HttpError, type HttpReply } from './http-error.ts'
import { splitTarget } from './split-target.ts'
import { listen } from './start-tcp-server.ts'
import { type TakeUpgrade, takeUpgrades } from './take-upgrades.ts'

export interface HttpServerOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly maxBodyBytes: number
  readonly maxConnections: number
  /** A request that is not complete after so long is refused with 408. */
  readonly requestLimitMs: number
  /** A connection without a request for so long is closed. */
  readonly idleLimitMs: number
  /** An `HttpError` becomes its reply. Anything else is a bug of the server: 500, and `failed` is told. */
  readonly answer: (request: HttpRequest) => Promise<HttpReply>
  readonly failed: (error: unknown) => void
  /** Takes the requests to go on in another protocol; without it they are requests like all others. */
  readonly upgrade?: TakeUpgrade
}

/** One request, when its head has come. */
export interface HttpRequest {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** Of whoever sent it, without the port. */
  readonly address: string
  /** The same for all requests that come over one connection. */
  readonly connection: object
  /** Whether the client has gone without waiting for the answer. */
  isCancelled(): boolean
  /** The whole body; to be called at most once. Rejects with an `HttpError` where it is too large or breaks off. */
  readBody(): Promise<Buffer>
}

export interface HttpServer {
  readonly port: number
  /** Accepts nobody from now on, answers what has come, and ends what is still open after `limitMs`. Idempotent. */
  stop(limitMs: number): Promise<void>
}

/** A JSON server over HTTP/1.1 with limits on all that comes. Throws a `McsimError` where the address cannot be had. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  let stopped: Promise<void> | undefined
  const server = createServer(
    {
      keepAliveTimeout: options.idleLimitMs,
      requestTimeout: options.requestLimitMs,
      headersTimeout: options.requestLimitMs,
      connectionsCheckingInterval: Math.max(50, Math.min(1000, options.requestLimitMs / 4)),
    },
    async (request, response) => {
      const { status, body, headers } = await answer(options, request, response)
      const text = JSON.stringify(body)
      // A connection on which nobody is served any more would keep a server that stops waiting.
      if (stopped) response.setHeader('connection', 'close')
      const described = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
      response.writeHead(status, { ...described, ...headers })
      response.end(text)
    },
  )
  server.maxConnections = options.maxConnections
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuseConnection(error, socket, options.idleLimitMs)
  })
  const upgraded = takeUpgrades(server, options.upgrade)
  const port = await listen(server, options)
  return {
    port,
    stop(limitMs) {
      stopped ??= new Promise((resolve) => {
        const limit = setTimeout(() => {
          server.closeAllConnections()
          for (const socket of upgraded) socket.destroy()
        }, limitMs)
        server.close(() => {
          clearTimeout(limit)
          resolve()
        })
      })
      return stopped
    },
  }
}

async function answer(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<HttpReply> {
  try {
    return await options.answer({
      method: request.method ?? '',
      ...splitTarget(request.url),
      headers: request.headers,
      address: request.socket.remoteAddress ?? '',
      connection: request.socket,
      // Whoever ends its side has gone: node then ends the response too, some turns of the event loop later.
      isCancelled: () => response.closed || request.socket.readableEnded,
      readBody: () => readBody(request, options.maxBodyBytes),
    })
  } catch (error) {
    if (error instanceof HttpError) return error.toReply()
    options.failed(error)
    return { status: 500, body: { error: 'internal', message: 'the server failed; its log says why' } }
  }
}

const refusals: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
}

/**
 * What node does itself, but for a connection over which nothing has come yet: to node that is a late request, to us an
 * idle connection, which is told nothing.
 */
function refuseConnection({ code = '' }: NodeJS.ErrnoException, socket: Socket, idleLimitMs: number): void {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) {
    socket.setTimeout(idleLimitMs, () => socket.destroy())
    return
  }
  // After a part of an answer these bytes would be taken for more of it.
  if (socket.writable && socket.bytesWritten === 0)
    socket.write(`HTTP/1.1 ${refusals[code] ?? '400 Bad Request'}\r\nconnection: close\r\n\r\n`)
  socket.destroySoon()
}

/** What is beyond the limit is read and thrown away by node, so that the client can still read its answer. */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => new HttpError(413, 'body-too-large', `a body has at most ${maxBytes} bytes`, { maxBytes })
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return reject(tooLarge())
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
      else {
        chunks.length = 0
        reject(tooLarge())
      }
    })
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    request.once('error', () => reject(new HttpError(400, 'body-incomplete', 'the body broke off')))
  })
}
