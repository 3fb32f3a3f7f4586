import type { ResultPart } from './results.ts'
import type { Batch, Kind } from './rows.ts'

export const dialectNames = ['acknowledged', 'streamed', 'sequenced'] as const

export type DialectName = (typeof dialectNames)[number]

/** The client's side of an upload. Stateful where the dialect numbers its batches: one encoder per upload. */
export interface UploadEncoder {
  /** The bytes belong to the caller. */
  batch(batch: Batch): Buffer
  /** The end of one kind; empty in the `streamed` dialect, whose uploads end with the client's half-close. */
  end(kind: Kind): Buffer
}

export interface UploadLimits {
  /** Of one frame or batch, header included. */
  readonly maxFrameBytes: number
  /** Of one batch. */
  readonly maxRows: number
}

/** What a server reads. After `malformed` the decoder reads no further. */
export type UploadFrame =
  | { readonly type: 'batch'; readonly batch: Batch; readonly batchId?: number }
  | { readonly type: 'end'; readonly kind: Kind; readonly batchId?: number }
  | { readonly type: 'reset' }
  /** A frame or data type that the dialect does not know; skipped whole. */
  | { readonly type: 'unknown-type'; readonly code: number }
  | { readonly type: 'malformed'; readonly reason: string }

/** The server's side. `push` takes any split of the byte stream and returns the frames that it completed. */
export interface UploadDecoder {
  push(chunk: Uint8Array): readonly UploadFrame[]
  /** Bytes of an incomplete frame: an upload that ends while there are any was cut off. */
  readonly pendingBytes: number
}

/** What a client reads, in order. */
export type ServerMessage =
  | { readonly type: 'answer'; readonly ok: boolean }
  | { readonly type: 'results'; readonly part: ResultPart }
  /** A result type that mcsim does not know. */
  | { readonly type: 'unknown-results'; readonly name: string; readonly clientId?: string; readonly excerpt: string }
  /** The server says that all results were sent. */
  | { readonly type: 'results-end'; readonly clientId?: string }
  | FinalAnswer
  /** `excerpt` is text where the bytes are text, else hexadecimal. */
  | { readonly type: 'malformed'; readonly reason: string; readonly excerpt: string }

/** The one answer of the dialects that answer once; `results` where it brings them. */
export interface FinalAnswer {
  readonly type: 'final'
  readonly ok: boolean
  /** Letters, digits, `-` and `_` only, so that it may stand in a file name. */
  readonly sessionId?: string
  readonly batches?: number
  readonly records?: number
  readonly results?: readonly ResultPart[]
  readonly missing?: readonly string[]
  readonly error?: string
  /** As it came. */
  readonly text: string
}

/**
 * The client's side. After malformed binary there is no telling where the next message begins, so the decoder reads no
 * further; after a malformed line it goes on with the next line.
 */
export interface ServerMessageDecoder {
  push(chunk: Uint8Array): readonly ServerMessage[]
  /** Bytes of an incomplete message. */
  readonly pendingBytes: number
}

/** Everything about one dialect's bytes. Sizes above the limits are malformed; nothing is allocated for them. */
export interface Dialect {
  readonly name: DialectName
  readonly defaultPort: number
  createEncoder(): UploadEncoder
  createUploadDecoder(limits: UploadLimits): UploadDecoder
  createServerMessageDecoder(limits: { readonly maxMessageBytes: number }): ServerMessageDecoder
}
