import type { Socket } from 'node:net'
import { getDialect } from '../../wire/index.ts'
import type { Gateway } from '../gateway.ts'
import { UploadRefused } from '../sessions/session.ts'
import { ClientSocket } from './client-socket.ts'
import { createProtocol } from './create-protocol.ts'
import type { RefusalCode, UploadProtocol } from './upload-protocol.ts'

/** A connection that is being served. */
export interface ServedConnection {
  /** Tells the client, its dialect's way, and ends the connection. */
  refuse(code: RefusalCode, message: string): void
  /** The client has sent everything and waits for results. */
  readonly awaitsResults: boolean
  readonly wasRefused: boolean
}

export const addressOf = (socket: Socket) => `${socket.remoteAddress}:${socket.remotePort}`

/** Reads one client's frames until it leaves or breaks the rules. Whatever it does concerns its own connection only. */
export function serveConnection(socket: Socket, gateway: Gateway, isOverLimit: boolean): ServedConnection {
  const client = new ClientSocket(socket)
  const address = addressOf(socket)
  const protocol = createProtocol(gateway, client, address)
  let refused = false
  const refuse = (code: RefusalCode, message: string) => {
    if (refused) return
    refused = true
    gateway.log.warn('client refused', { address, code, reason: message })
    const answer = protocol.encodeRefusal(code, message)
    client.end(gateway.defect.acts('buffer-bleed') ? Buffer.concat([answer, gateway.shared.scratch]) : answer)
  }
  socket.once('close', () => void protocol.close())
  if (gateway.defect.acts('recycled-handle'))
    for (const late of gateway.shared.unsent.splice(0)) void client.write(late)
  socket.setTimeout(gateway.settings.idleLimitMs, () => {
    if (protocol.awaitsClient) refuse('IDLE_LIMIT', `nothing came for ${gateway.settings.idleLimitMs} ms`)
  })
  if (isOverLimit) {
    const tell = () => refuse('MAX_CLIENTS_REACHED', `the limit is ${gateway.settings.maxClients} clients`)
    if (protocol.refusesAt === 'connect') tell()
    else socket.once('data', tell).once('end', () => client.end())
  } else {
    void readFrames(socket, gateway, protocol, refuse)
  }
  return {
    refuse,
    get awaitsResults() {
      return !protocol.awaitsClient
    },
    get wasRefused() {
      return refused
    },
  }
}

async function readFrames(
  socket: Socket,
  { settings, log }: Gateway,
  protocol: UploadProtocol,
  refuse: ServedConnection['refuse'],
): Promise<void> {
  const decoder = getDialect(settings.dialect).createUploadDecoder(settings)
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      for (const frame of decoder.push(chunk)) {
        if (frame.type === 'malformed') return refuse('MALFORMED', frame.reason)
        await protocol.takeFrame(frame)
      }
    }
    if (decoder.pendingBytes > 0) return refuse('INCOMPLETE_UPLOAD', 'the last frame was cut off')
    await protocol.takeEnd()
  } catch (error) {
    if (socket.destroyed) return
    if (error instanceof UploadRefused) return refuse(error.code, error.message)
    log.error('a connection failed', { error: String(error) })
    refuse('INTERNAL', 'the gateway failed')
  }
}
