/** Why the gateway ends a connection that the client wanted to keep. */
export type RefusalCode =
  | 'MAX_CLIENTS_REACHED'
  | 'MALFORMED'
  | 'INCOMPLETE_UPLOAD'
  | 'IDLE_LIMIT'
  | 'SHUTTING_DOWN'
  | 'INTERNAL'

/** The upload cannot go on; the client is told its dialect's way. */
export class UploadRefused extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }
}
