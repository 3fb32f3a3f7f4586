import type { UploadFrame } from '../../wire/dialect.ts'
import type { Gateway } from '../gateway.ts'
import type { ClientSocket } from './client-socket.ts'
import type { RefusalCode } from './upload-refused.ts'

/** What a protocol has of its connection. */
export interface ClientConnection {
  readonly gateway: Gateway
  readonly client: ClientSocket
  readonly address: string
  /** Tells the client and ends the connection. Does nothing when that is gone. */
  fail(error: unknown): void
}

/** One dialect's side of one connection: what it does with each frame, and how it tells what. */
export interface UploadProtocol {
  /** Frames come one after the other, the next when this one has been dealt with. */
  takeFrame(frame: UploadFrame): Promise<void>
  /** The client has sent all it will. */
  takeEnd(): Promise<void>
  /** It is the client's turn: an idle limit counts. */
  readonly awaitsClient: boolean
  /** Whether a client over the limit is told when it connects, or with its first frame. */
  readonly refusesAt: 'connect' | 'first-frame'
  /** How this dialect says it. */
  encodeRefusal(code: RefusalCode, message: string): Buffer
  /** The connection is gone. */
  close(): Promise<void>
}
