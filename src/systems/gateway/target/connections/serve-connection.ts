import type { Socket } from 'node:net'
import type { UploadDecoder } from '../../wire/dialect.ts'
import { getDialect } from '../../wire/index.ts'
import type { Gateway } from '../gateway.ts'
import { ClientSocket } from './client-socket.ts'
import { createProtocol } from './create-protocol.ts'
import type { UploadProtocol } from './upload-protocol.ts'
import { type RefusalCode, UploadRefused } from './upload-refused.ts'

/** A connection that is being served. */
export interface ServedConnection {
  /** Tells the client, its dialect's way, and ends the connection. */
  refuse(code: RefusalCode, message: string): void
  /** The client has sent everything and waits for results. */
  readonly awaitsResults: boolean
  readonly wasRefused: boolean
}

export const addressOf = (socket: Socket) => `${socket.remoteAddress}:${socket.remotePort}`

/** Serves one client until it leaves or breaks the rules. Whatever it does concerns its own connection only. */
export function serveConnection(socket: Socket, gateway: Gateway, isOverLimit: boolean): ServedConnection {
  const client = new ClientSocket(socket)
  const address = addressOf(socket)
  let wasRefused = false
  const refuse = (code: RefusalCode, message: string) => {
    if (wasRefused || socket.destroyed) return
    wasRefused = true
    gateway.log.warn('client refused', { address, code, reason: message })
    const answer = protocol.encodeRefusal(code, message)
    client.end(gateway.defect.acts('buffer-bleed') ? Buffer.concat([answer, gateway.shared.scratch]) : answer)
  }
  const fail = (error: unknown) => {
    if (error instanceof UploadRefused) return refuse(error.code, error.message)
    if (!socket.destroyed) gateway.log.error('a connection failed', { address, error: String(error) })
    refuse('INTERNAL', 'the gateway failed')
  }
  const protocol = createProtocol({ gateway, client, address, fail })
  socket.once('close', () => void protocol.close())
  const { idleLimitMs } = gateway.settings
  socket.setTimeout(idleLimitMs).on('timeout', () => {
    if (protocol.awaitsClient) refuse('IDLE_LIMIT', `nothing came for ${idleLimitMs} ms`)
  })
  if (gateway.defect.acts('recycled-handle'))
    for (const late of gateway.shared.unsent.splice(0)) void client.write(late)
  if (isOverLimit) turnAway(socket, client, protocol, () => refuse('MAX_CLIENTS_REACHED', 'no room for more clients'))
  else readUpload(socket, gateway, protocol).catch(fail)
  return {
    refuse,
    get awaitsResults() {
      return !protocol.awaitsClient
    },
    get wasRefused() {
      return wasRefused
    },
  }
}

function turnAway(socket: Socket, client: ClientSocket, protocol: UploadProtocol, tell: () => void): void {
  if (protocol.refusesAt === 'connect') tell()
  else socket.once('data', tell).once('end', () => client.end())
}

/** Rejects with `UploadRefused` where the client breaks the rules. What it sends is read as fast as it is dealt with. */
async function readUpload(socket: Socket, { settings }: Gateway, protocol: UploadProtocol): Promise<void> {
  const { idleLimitMs, dialect } = settings
  const decoder = getDialect(dialect).createUploadDecoder(settings)
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    // Only a client is idle that has nothing to wait for.
    socket.setTimeout(0)
    await takeFrames(decoder, chunk, protocol)
    socket.setTimeout(idleLimitMs)
  }
  if (decoder.pendingBytes > 0) throw new UploadRefused('INCOMPLETE_UPLOAD', 'the last frame was cut off')
  await protocol.takeEnd()
}

async function takeFrames(decoder: UploadDecoder, chunk: Buffer, protocol: UploadProtocol): Promise<void> {
  for (const frame of decoder.push(chunk)) {
    if (frame.type === 'malformed') throw new UploadRefused('MALFORMED', frame.reason)
    await protocol.takeFrame(frame)
  }
}
