import { type Compression, decompress } from '../core/decompress.ts'

/** How a body over HTTP was coded, so that the chunks that came do not show it as it is. */
export interface BodyCoding {
  readonly isChunked: boolean
  /** As the header `content-encoding` has it: names in the order in which they were applied. */
  readonly encoding: string | undefined
}

const limitBytes = 1 << 26

const formats: Readonly<Record<string, readonly Compression[]>> = {
  gzip: ['gzip'],
  'x-gzip': ['gzip'],
  // Some servers leave zlib's head out.
  deflate: ['deflate', 'raw deflate'],
  br: ['br'],
}

/** Undefined: it can only have come as it is. */
export function readCoding(encoding: string | undefined, transfer: string | undefined): BodyCoding | undefined {
  const isChunked = transfer !== undefined
  const isEncoded = encoding !== undefined && encoding !== '' && encoding !== 'identity'
  return isChunked || isEncoded ? { isChunked, encoding: isEncoded ? encoding : undefined } : undefined
}

/** How the body was coded, in words. */
export const describeCoding = ({ encoding }: BodyCoding) => encoding ?? 'a chunked body'

/** The body without its codings, as far as it came; undefined where it has another than it says, or one that is not known. */
export function decodeBody(body: Buffer, { encoding }: BodyCoding): Buffer | undefined {
  const names = (encoding ?? '').toLowerCase().split(',')
  let content: Buffer | undefined = body
  for (const name of names.map((part) => part.trim()).reverse()) {
    if (name === '' || name === 'identity') continue
    content = content && decodeAs(formats[name] ?? [], content)
  }
  return content
}

function decodeAs(candidates: readonly Compression[], body: Buffer): Buffer | undefined {
  for (const format of candidates) {
    const bytes = decompress(format, body, limitBytes)?.bytes
    if (bytes) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  }
  return undefined
}
