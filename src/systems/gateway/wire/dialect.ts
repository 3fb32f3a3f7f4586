import type { ResultPart } from './results.ts'
import type { Batch, Kind } from './rows.ts'

export const dialectNames = ['acknowledged', 'streamed', 'sequenced'] as const

export type DialectName = (typeof dialectNames)[number]

/** The client's side of an upload. Stateful where the dialect numbers its batches: one encoder per upload. */
export interface UploadEncoder {
  batch(batch: Batch): Buffer
  /** The end of one kind. */
  end(kind: Kind): Buffer
}

/** What a server reads. After `malformed` the decoder reads no further. */
export type UploadFrame =
  | { readonly type: 'batch'; readonly batch: Batch; readonly batchId?: number }
  | { readonly type: 'end'; readonly kind: Kind; readonly batchId?: number }
  | { readonly type: 'reset' }
  | { readonly type: 'unknown-type'; readonly code: number }
  | { readonly type: 'malformed'; readonly reason: string }

/** The server's side. `push` takes any split of the byte stream and returns the frames that it completed. */
export interface UploadDecoder {
  push(chunk: Uint8Array): readonly UploadFrame[]
  /** Bytes of an incomplete frame. */
  readonly pendingBytes: number
}

/** What a client reads, in order. */
export type ServerMessage =
  | { readonly type: 'answer'; readonly ok: boolean }
  | { readonly type: 'results'; readonly part: ResultPart }
  /** The server says that all results were sent. */
  | { readonly type: 'results-end'; readonly clientId?: string }
  /** The one answer of the dialects that answer once; `results` where it brings them. */
  | {
      readonly type: 'final'
      readonly ok: boolean
      readonly sessionId?: string
      readonly batches?: number
      readonly records?: number
      readonly results?: readonly ResultPart[]
      readonly missing?: readonly string[]
      readonly error?: string
      readonly text: string
    }
  | { readonly type: 'malformed'; readonly reason: string; readonly excerpt: string }

export interface ServerMessageDecoder {
  push(chunk: Uint8Array): readonly ServerMessage[]
  /** In the `acknowledged` dialect: from now on the bytes are lines of JSON, no more answers. */
  expectResults(): void
  readonly pendingBytes: number
}

/** Everything about one dialect's bytes. Sizes above the limits are malformed; nothing is allocated for them. */
export interface Dialect {
  readonly name: DialectName
  readonly defaultPort: number
  createEncoder(): UploadEncoder
  createUploadDecoder(limits: { readonly maxFrameBytes: number; readonly maxRows: number }): UploadDecoder
  createServerMessageDecoder(limits: { readonly maxMessageBytes: number }): ServerMessageDecoder
}
