import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'

export interface FrameOptions {
  /** 1: text, 2: binary, 0: a continuation, 8: close. */
  readonly opcode?: number
  /** The last frame of its message. */
  readonly fin?: boolean
}

/** One frame of a server (RFC 6455, section 5.2), written by hand. */
export function frameOf(payload: string | Buffer, { opcode = 1, fin = true }: FrameOptions = {}): Buffer {
  const bytes = Buffer.from(payload)
  const short = bytes.length < 126
  const head = Buffer.alloc(short ? 2 : 4)
  head[0] = (fin ? 0x80 : 0) | opcode
  head[1] = short ? bytes.length : 126
  if (!short) head.writeUInt16BE(bytes.length, 2)
  return Buffer.concat([head, bytes])
}

export const closeFrameOf = (code: number, reason = '') =>
  frameOf(Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]), { opcode: 8 })

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** The answer that grants the upgrade of `request`. */
export function grantOf(request: string): string {
  const key = /sec-websocket-key: (.*)\r/i.exec(request)?.[1] ?? ''
  const accept = createHash('sha1').update(`${key}${guid}`).digest('base64')
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
}

/** Makes of a request for an upgrade, which the test knows to come in one chunk, what `respond` does with the answer. */
export const granting = (respond: (socket: Socket, grant: string, request: string) => void) => (socket: Socket) =>
  void socket.once('data', (request) => respond(socket, grantOf(request.toString()), request.toString()))
