import type { UploadFrame } from '../../wire/dialect.ts'

/** Why the gateway ends a connection that the client wanted to keep. */
export type RefusalCode =
  | 'MAX_CLIENTS_REACHED'
  | 'MALFORMED'
  | 'INCOMPLETE_UPLOAD'
  | 'IDLE_LIMIT'
  | 'SHUTTING_DOWN'
  | 'INTERNAL'

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
  /** How this dialect says it; undefined where there is no way to. */
  encodeRefusal(code: RefusalCode, message: string): Buffer
  /** The connection is gone. */
  close(): Promise<void>
}
