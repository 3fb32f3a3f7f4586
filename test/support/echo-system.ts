import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createMint, deriveRunKey } from '../../src/core/marker.ts'
import type { ClientContext, RunningTarget, System, TargetOptions } from '../../src/core/system.ts'
import { createLineChecker } from './line-checker.ts'

/*
 * The smallest whole system, for tests of engine and CLI: a client sends a line with its marker and gets it back. With
 * the defect `last-line` the server answers with the line that came before, whoever sent it.
 */
export interface EchoParams {
  readonly lines: number
  /** The checker throws at this delivery; 0: never. */
  readonly throwAt: number
}

const invariant = { name: 'echo-exact', kind: 'correctness', sentence: 'Each line comes back as it was sent.' } as const

export const echoSystem: System<EchoParams, Record<string, never>> = {
  name: 'echo',
  summary: 'lines that come back',
  params: {
    parse: (input) => ({ value: { lines: 5, throwAt: 0, ...(input as Partial<EchoParams>) } }),
    jsonSchema: () => ({ type: 'object', properties: { lines: { type: 'integer' }, throwAt: { type: 'integer' } } }),
  },
  settings: { parse: () => ({ value: {} }), jsonSchema: () => ({ type: 'object', properties: {} }) },
  urlProtocols: ['tcp:'],
  invariants: [invariant],
  defects: [
    {
      name: 'last-line',
      sentence: 'Each client gets the line before its own.',
      mustRed: ['ownership'],
      mayRed: ['echo-exact'],
    },
  ],
  loadClients: async () => ({ createClient: createEchoClient }),
  createCheckers: ({ arrival, params }) => [createLineChecker(invariant, 'echo', arrival.client, params.throwAt)],
  startTarget: startEchoServer,
  trial: {
    createScenario: ({ params = {}, load, settings = {} }) => ({
      name: 'trial',
      targets: { echo: { system: 'echo', settings } },
      groups: [
        {
          name: 'speakers',
          system: 'echo',
          target: 'echo',
          load: { model: 'closed', clients: 3, ...load },
          params,
        },
      ],
    }),
    active: ['speakers'],
    clean: { plain: {} },
  },
  commands: [],
}

function createEchoClient({ runId, arrival, params, target, recorder }: ClientContext<EchoParams>) {
  const mint = createMint(deriveRunKey(runId), 'payload', arrival.client)
  let socket: Socket | undefined
  let connection = 0
  let sequence = 0
  let answered: (line: string, atMs: number) => void = () => {}
  let ended = () => {}

  return {
    async open(signal: AbortSignal) {
      const { hostname, port } = new URL(target.url)
      socket = connect(Number(port), hostname)
      const operation = recorder.invoke(0, 'connect', null)
      try {
        await once(socket, 'connect', { signal })
      } catch {
        recorder.complete(operation, 'failed', null, { errorCode: 'connect-refused' })
        return false
      }
      recorder.complete(operation, 'ok', null)
      connection = recorder.opened('echo')
      let pending = ''
      socket.on('data', (chunk) => {
        const atMs = recorder.bytes(connection, chunk)
        pending += chunk.toString()
        for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
          answered(pending.slice(0, end), atMs)
          pending = pending.slice(end + 1)
        }
      })
      socket.on('error', () => {})
      socket.on('close', () => {
        recorder.closed(connection, 'ended')
        ended()
      })
      return true
    },
    async iterate(_iteration: number, signal: AbortSignal) {
      const stop = () => ended()
      signal.addEventListener('abort', stop)
      for (let i = 0; i < params.lines && !signal.aborted; i++) {
        const line = mint(sequence++)
        const operation = recorder.invoke(connection, 'echo', line)
        const answer = new Promise<[string, number] | undefined>((resolve) => {
          answered = (text, atMs) => resolve([text, atMs])
          ended = () => resolve(undefined)
        })
        socket?.write(`${line}\n`)
        const got = await answer
        if (!got) {
          recorder.complete(operation, 'indeterminate', null, { errorCode: 'no-answer' })
          signal.removeEventListener('abort', stop)
          return false
        }
        recorder.complete(operation, 'ok', got[0], { atMs: got[1] })
      }
      signal.removeEventListener('abort', stop)
      return true
    },
    async close() {
      if (!socket || socket.closed) return
      const closed = once(socket, 'close')
      socket.destroy()
      await closed
    },
  }
}

async function startEchoServer(options: TargetOptions<Record<string, never>>): Promise<RunningTarget> {
  const sockets = new Set<Socket>()
  let last: string | undefined
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      const line = chunk.toString()
      socket.write(options.defects.includes('last-line') ? (last ?? line) : line)
      last = line
    })
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
