import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'

export interface Disguise {
  readonly name: string
  /** Found also in the middle of a stream, and not only at the beginning of a body or message. */
  readonly inStream: boolean
  hide(marker: string): Buffer
}

const bare = (marker: string) => marker.replaceAll('-', '')
const raw = (marker: string) => Buffer.from(bare(marker), 'hex')
const text = (value: string) => Buffer.from(value, 'latin1')
const escapeAll = (value: string, write: (code: string) => string) =>
  text([...value].map((character) => write(character.charCodeAt(0).toString(16).padStart(2, '0'))).join(''))

/** The bytes of a marker as .NET's Guid.ToByteArray orders them. */
function guidBytes(marker: string): Buffer {
  const bytes = raw(marker)
  return Buffer.concat([
    bytes.subarray(0, 4).reverse(),
    bytes.subarray(4, 6).reverse(),
    bytes.subarray(6, 8).reverse(),
    bytes.subarray(8),
  ])
}

const plain: readonly (readonly [string, (marker: string) => Buffer])[] = [
  ['upper case', (marker) => text(marker.toUpperCase())],
  ['no dashes', (marker) => text(bare(marker))],
  ['no dashes, upper case', (marker) => text(bare(marker).toUpperCase())],
  ['16 bytes', raw],
  ['GUID bytes', guidBytes],
  ['16 bytes reversed', (marker) => raw(marker).reverse()],
]

/** In JSON within base64: all three alignments, which the length of what comes before decides. */
const inBase64 = [0, 1, 2, 3].flatMap((before) =>
  [['as sent', text] as const, ...plain].flatMap(([name, hide]) =>
    (['base64', 'base64url'] as const).map(
      (alphabet) =>
        [
          `${name} in ${alphabet} after ${before} bytes`,
          (marker: string) => text(Buffer.concat([Buffer.alloc(before, '~'), hide(marker)]).toString(alphabet)),
        ] as const,
    ),
  ),
)

const escaped = [
  ['JSON escapes', (marker: string) => escapeAll(marker, (code) => `\\u00${code}`)],
  ['JSON escapes in JSON', (marker: string) => escapeAll(marker, (code) => `\\\\u00${code.toUpperCase()}`)],
  ['URL encoding', (marker: string) => escapeAll(marker, (code) => `%${code}`)],
  ['dashes escaped', (marker: string) => text(marker.replaceAll('-', '\\u002d'))],
  ['dashes URL-encoded', (marker: string) => text(marker.replaceAll('-', '%2D'))],
] as const

const body = (marker: string) => `{"rows":[{"id":"${marker}"},${'{"n":1},'.repeat(20)}{}]}`
const compressed = [
  ['gzip', (marker: string) => gzipSync(body(marker))],
  ['gzip in base64', (marker: string) => text(gzipSync(body(marker)).toString('base64'))],
  ['upper case in gzip', (marker: string) => gzipSync(body(marker.toUpperCase()))],
] as const

const wholeBodies = [
  ['deflate', (marker: string) => deflateSync(body(marker))],
  ['raw deflate', (marker: string) => deflateRawSync(body(marker))],
  ['br', (marker: string) => brotliCompressSync(body(marker))],
] as const

/** Every way of writing a marker that the deep scan promises to see through, made by others' encoders. */
export const disguises: readonly Disguise[] = [
  ...[...plain, ...inBase64, ...escaped, ...compressed].map(([name, hide]) => ({ name, inStream: true, hide })),
  ...wholeBodies.map(([name, hide]) => ({ name, inStream: false, hide })),
]
