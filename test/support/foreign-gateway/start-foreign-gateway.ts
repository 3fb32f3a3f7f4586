import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { startTcpServer, type TestServer } from '../tcp-server.ts'
import { answerQueries, type Line } from './answer-queries.ts'
import { readBatch, type Upload } from './read-batch.ts'

/** A client's connection and all that the server knows of it. */
export interface Session {
  readonly id: string
  readonly socket: Socket
  readonly upload: Upload
}

/** How a server differs from the plain one. `sessions` are those that uploaded, in the order in which they ended. */
export interface Variant {
  /** What is counted for `session`; without it, what it uploaded. */
  count?(session: Session, sessions: readonly Session[]): Upload
  /** What is answered to it. */
  answer?(lines: Line[], session: Session, sessions: readonly Session[]): Line[]
  /** How the lines are sent. */
  send?(lines: readonly Line[], socket: Socket, all: readonly Session[]): void | Promise<void>
}

const ok = Buffer.from('0000000800000000', 'hex')
const frameType = { batch: 1, end: 2 }
const kinds = 5

/**
 * A gateway of the `acknowledged` dialect as a stranger would write it from its description: it shares nothing with
 * `src/`. All uploads are answered when the last of `clients` has ended, so that leaks need no luck.
 */
export function startForeignGateway(clients: number, variant: Variant): Promise<TestServer> {
  const all: Session[] = []
  const ended: Session[] = []

  function answerAll(): void {
    for (const session of ended) {
      const lines = answerQueries(variant.count?.(session, ended) ?? session.upload)
      const own = lines.map((line) => ({ ...line, client_id: session.id }))
      const told = variant.answer?.(own, session, ended) ?? own
      void (variant.send ?? sendPlainly)([...told], session.socket, all)
    }
  }

  return startTcpServer((socket) => {
    const session: Session = { id: randomUUID(), socket, upload: createUpload() }
    all.push(session)
    let ends = 0
    readFrames(socket, (type, body) => {
      if (type === frameType.batch) readBatch(body, session.upload)
      socket.write(ok)
      if (type !== frameType.end || ++ends < kinds) return
      ended.push(session)
      if (ended.length === clients) answerAll()
    })
    socket.on('end', () => socket.end())
  })
}

export const formatLine = (line: Line) => `${JSON.stringify(line)}\n`

function sendPlainly(lines: readonly Line[], socket: Socket): void {
  socket.write([...lines, { type: 'EOF' }].map(formatLine).join(''))
}

function createUpload(): Upload {
  return { transactions: [], items: [], birthdates: new Map(), storeNames: new Map(), itemNames: new Map() }
}

function readFrames(socket: Socket, take: (type: number, body: Buffer) => void): void {
  let held = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk])
    while (held.length >= 8 && held.length >= held.readUInt32BE(0)) {
      const size = held.readUInt32BE(0)
      const [type, body] = [held.readUInt32BE(4), held.subarray(8, size)]
      held = held.subarray(size)
      take(type, body)
    }
  })
}
