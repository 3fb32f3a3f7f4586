import { brotliDecompressSync, constants, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'

/** `deflate` is zlib's format (RFC 1950), as HTTP has it; `raw deflate` (RFC 1951) is what a WebSocket compresses with. */
export type Compression = 'gzip' | 'deflate' | 'raw deflate' | 'br'

export interface Decompressed {
  readonly bytes: Uint8Array
  /** How much of the input that took: less than all of it where something follows the end. */
  readonly consumed: number
}

/**
 * As much as can be decompressed: of data that were cut the beginning, and of those that come to more than `limitBytes` a
 * part that does not. Undefined: they are none of this format, or broken.
 */
export function decompress(format: Compression, input: Uint8Array, limitBytes: number): Decompressed | undefined {
  for (let length = input.length; length > 0; length >>>= 1) {
    try {
      return decompressors[format](input.subarray(0, length), limitBytes)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return undefined
    }
  }
  return undefined
}

type Decompressor = (input: Uint8Array, limitBytes: number) => Decompressed | undefined

const withZlib =
  (inflate: (input: Uint8Array, options: ZlibOptions) => Uint8Array): Decompressor =>
  (input, maxOutputLength) =>
    told(inflate(input, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH, info: true }))

const inflateRaw = withZlib(inflateRawSync)

const decompressors: Readonly<Record<Compression, Decompressor>> = {
  gzip: gunzip,
  deflate: withZlib(inflateSync),
  'raw deflate': inflateRaw,
  br: (input, maxOutputLength) => {
    const options = { maxOutputLength, finishFlush: constants.BROTLI_OPERATION_FLUSH, info: true }
    return told(brotliDecompressSync(input, options))
  },
}

/** With `info`, node's functions return this and not what their types say. */
function told(result: unknown): Decompressed {
  const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } }
  return { bytes: buffer, consumed: engine.bytesWritten }
}

/** Node's own takes whatever follows for another member, and gives nothing where it is none. RFC 1952. */
function gunzip(input: Uint8Array, limitBytes: number): Decompressed | undefined {
  const members: Uint8Array[] = []
  let at = 0
  while (input[at] === 0x1f && input[at + 1] === 0x8b && (input[at + 2] ?? 8) === 8) {
    const dataAt = skipHead(input, at)
    const member = dataAt < input.length ? inflateRaw(input.subarray(dataAt), limitBytes) : nothing
    if (!member) return undefined
    members.push(member.bytes)
    const end = dataAt + member.consumed
    if (end >= input.length) return { bytes: Buffer.concat(members), consumed: input.length }
    at = end + trailerBytes
  }
  return members.length > 0 ? { bytes: Buffer.concat(members), consumed: Math.min(at, input.length) } : undefined
}

const nothing: Decompressed = { bytes: new Uint8Array(0), consumed: 0 }
const trailerBytes = 8
const [withChecksum, withExtra, withName, withComment] = [2, 4, 8, 16]

/** Where a member's compressed data begin; beyond the input where it ends before. */
function skipHead(input: Uint8Array, from: number): number {
  const flags = input[from + 3] ?? 0
  let at = from + 10
  if (flags & withExtra) at += 2 + ((input[at] ?? 0) | ((input[at + 1] ?? 0) << 8))
  for (const text of [withName, withComment]) {
    if (!(flags & text)) continue
    const end = input.indexOf(0, at)
    if (end < 0) return input.length
    at = end + 1
  }
  return flags & withChecksum ? at + 2 : at
}
