import { type Compression, decompress } from '../../core/decompress.ts'
import type { Window } from './find-markers.ts'
import { sextets } from './needles.ts'

export interface CompressedPart {
  /** Where it begins. */
  readonly at: number
  readonly form: string
  readonly content: Buffer
  /** It may go on in what is still to come. */
  readonly isOpen: boolean
}

/** No more is decompressed of one part. */
const limitBytes = 1 << 20

const gzipHead = Buffer.from([0x1f, 0x8b, 8])
/** What gzip's head is in base64. */
const gzipHeadInBase64 = Buffer.from('H4sI', 'latin1')

/** What was compressed by gzip, plain and in base64, and begins beyond the seen bytes; `follows`: or at the first byte. */
export function findCompressed({ bytes, seen }: Window, follows = false): CompressedPart[] {
  const first = follows ? 0 : seen
  const heads = findHeads(bytes, gzipHead, first, seen)
  const headsInBase64 = findHeads(bytes, gzipHeadInBase64, first, seen)
  if (heads.length === 0 && headsInBase64.length === 0) return none
  const plain = heads.map((at) => open(at, 'gzip', 'in gzip', bytes.subarray(at)))
  const inBase64 = headsInBase64.map((at) => {
    const end = endOfBase64(bytes, at)
    const part = open(at, 'gzip', 'in gzip in base64', Buffer.from(bytes.toString('latin1', at, end), 'base64'))
    return part && { ...part, isOpen: part.isOpen && end === bytes.length }
  })
  return [...plain, ...inBase64].filter((part) => part !== undefined)
}

const none: CompressedPart[] = []

/** What a whole content is where it was compressed and no header says so. */
export function decompressContent(content: Buffer): CompressedPart | undefined {
  for (const format of guessFormats(content)) {
    const part = open(0, format, `in ${format}`, content)
    if (part) return part
  }
  return undefined
}

/** Where the head stands: whole only beyond the seen bytes, or at the place `also`. */
function findHeads(bytes: Buffer, head: Buffer, also: number, seen: number): number[] {
  const heads: number[] = []
  // Most data have none, and Node finds a number sooner than bytes.
  const first = bytes.indexOf(head[0] as number)
  if (first < 0) return heads
  for (let at = bytes.indexOf(head, first); at >= 0; at = bytes.indexOf(head, at + 1)) {
    if (at === also || at + head.length > seen) heads.push(at)
  }
  return heads
}

function open(at: number, format: Compression, form: string, input: Buffer): CompressedPart | undefined {
  const result = decompress(format, input, limitBytes)
  if (!result) return undefined
  const content = Buffer.from(result.bytes.buffer, result.bytes.byteOffset, result.bytes.length)
  return { at, form, content, isOpen: result.consumed === input.length }
}

function endOfBase64(bytes: Buffer, from: number): number {
  let end = from
  while (end < bytes.length && (sextets[bytes[end] as number] as number) >= 0) end++
  return end
}

/** By its first bytes; brotli and raw deflate have no head of their own, and are no text. */
function guessFormats(content: Buffer): readonly Compression[] {
  const [first = 0, second = 0] = content
  if ((first & 15) === 8 && ((first << 8) | second) % 31 === 0) return ['deflate']
  return content.subarray(0, 32).some(isNoText) ? ['br', 'raw deflate'] : []
}

const isNoText = (byte: number) => byte < 9 || (byte > 13 && byte < 32) || byte > 126
