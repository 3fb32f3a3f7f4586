import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { answerRequest } from './answer-request.ts'
import { connectViewer } from './connect-viewer.ts'
import { SessionTable } from './session-table.ts'
import { type Traits, usualTraits } from './traits.ts'

export interface ForeignReplay {
  readonly url: string
  readonly sessions: SessionTable
  stop(): Promise<void>
}

/** A replay server as a stranger would write it from the description of the protocol: it shares nothing with `src/`. */
export async function startForeignReplay(different: Partial<Traits> = {}): Promise<ForeignReplay> {
  const traits: Traits = { ...usualTraits, ...different }
  const table = new SessionTable(traits)
  const server = createServer((request, response) => answerRequest(table, request, response))
  const streams = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (table.isTooMany()) return void socket.end('HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n')
    streams.handleUpgrade(request, socket, head, (stream: WebSocket) => connectViewer(table, request, stream))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sessions: table,
    async stop() {
      table.endAll()
      for (const stream of streams.clients) stream.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
