import { markerLength, markerMagic, markerMagicOffset } from '../../core/marker.ts'

/** A way of writing the 16 bytes of a marker. */
export interface Spelling {
  /** Completes "client 7 received marker 3 of client 5 …"; empty: as it was sent. */
  readonly name: string
  readonly magic: Buffer
  /** Where the magic stands in it. */
  readonly magicAt: number
  readonly length: number
  /** Digits, so that the first of them can stand alone. */
  readonly isText: boolean
  /** Has the whole shape of a marker; of others, which are shorter, only what the check sum proves is one. */
  readonly isShaped: boolean
  /** Writes the marker that begins at `at` as it was sent, in lower case and with dashes. */
  spell(bytes: Uint8Array, at: number, text: Uint8Array): void
}

const bareMagic = markerMagic.replace('-', '')
const magicBytes = Buffer.from(bareMagic, 'hex')
const dashes: ReadonlySet<number> = new Set([8, 13, 18, 23])
const [dash, upperA, upperF, caseBit] = [0x2d, 0x41, 0x46, 0x20]
const digits = Buffer.from('0123456789abcdef', 'latin1')

/** The places of the digits in a marker's text. */
const digitPlaces = Array.from({ length: markerLength }, (_, place) => place).filter((place) => !dashes.has(place))

const toLower = (byte: number) => (byte >= upperA && byte <= upperF ? byte | caseBit : byte)

const dashed = (name: string, magic: string): Spelling => ({
  name,
  magic: Buffer.from(magic, 'latin1'),
  magicAt: markerMagicOffset,
  length: markerLength,
  isText: true,
  isShaped: true,
  spell(bytes, at, text) {
    for (let i = 0; i < markerLength; i++) text[i] = toLower(bytes[at + i] as number)
  },
})

const bare = (name: string, magic: string): Spelling => ({
  name,
  magic: Buffer.from(magic, 'latin1'),
  magicAt: markerMagicOffset - 1,
  length: digitPlaces.length,
  isText: true,
  isShaped: false,
  spell(bytes, at, text) {
    for (const place of dashes) text[place] = dash
    digitPlaces.forEach((place, i) => {
      text[place] = toLower(bytes[at + i] as number)
    })
  },
})

/** `order[i]` is the place at which byte i of the marker stands. */
const raw = (name: string, order: readonly number[]): Spelling => {
  const magic = Buffer.from([4, 5, 6, 7].sort((a, b) => place(a) - place(b)).map((i) => magicBytes[i - 4] as number))
  function place(i: number): number {
    return order[i] as number
  }
  return {
    name,
    magic,
    magicAt: Math.min(...[4, 5, 6, 7].map(place)),
    length: order.length,
    isText: false,
    isShaped: false,
    spell(bytes, at, text) {
      for (const gap of dashes) text[gap] = dash
      order.forEach((from, i) => {
        const byte = bytes[at + from] as number
        text[digitPlaces[2 * i] as number] = digits[byte >> 4] as number
        text[digitPlaces[2 * i + 1] as number] = digits[byte & 15] as number
      })
    },
  }
}

const inOrder = Array.from({ length: 16 }, (_, i) => i)

/** Microsoft's GUIDs hold their first three numbers with the low byte first. */
const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, ...inOrder.slice(8)]

export const spellings: readonly Spelling[] = [
  dashed('', markerMagic),
  dashed('in upper case', markerMagic.toUpperCase()),
  bare('without dashes', bareMagic),
  bare('without dashes in upper case', bareMagic.toUpperCase()),
  raw('as 16 bytes', inOrder),
  raw('as the bytes of a GUID', guidOrder),
  raw('as 16 bytes in reverse order', inOrder.toReversed()),
]
