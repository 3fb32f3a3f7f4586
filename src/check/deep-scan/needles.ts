import { type Spelling, spellings } from './spellings.ts'

/** Four bytes that each marker of one spelling has in it, plain or in base64. */
export interface Needle {
  readonly spelling: Spelling
  /** From the needle back to where the marker begins, or in base64 to the group of four characters with its first byte. */
  readonly back: number
  /** How many characters of base64 hold the whole marker from there; 0: it is not in base64. */
  readonly characters: number
  /** How many bytes of these come before the marker. */
  readonly skip: number
}

export const needleLength = 4

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** By character: its six bits, or -1. Both alphabets of RFC 4648. */
export const sextets = new Int8Array(256).fill(-1)
for (let i = 0; i < 64; i++) sextets[alphabet.charCodeAt(i)] = i
sextets['-'.charCodeAt(0)] = 62
sextets['_'.charCodeAt(0)] = 63

/** The four bytes as one number, by which needles are looked up. */
export const keyOf = (bytes: Uint8Array, at: number) =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24)

/** The last four bytes of the magic: its letters are rarer in data than its first digits. */
function plainNeedle(spelling: Spelling): [string, Needle] {
  const offset = spelling.magic.length - needleLength
  const text = spelling.magic.subarray(offset).toString('latin1')
  return [text, { spelling, back: spelling.magicAt + offset, characters: 0, skip: 0 }]
}

/** What base64 makes of the magic where its first byte is number `align`, from 0 to 2, of a group of three. */
function base64Needles(spelling: Spelling, align: number): [string, Needle][] {
  const { magic, magicAt, length } = spelling
  const encoded = Buffer.concat([Buffer.alloc(align), magic]).toString('base64')
  // The characters of which all six bits are of the magic.
  const first = Math.ceil((align * 8) / 6)
  const last = Math.floor(((align + magic.length) * 8) / 6)
  const text = encoded.slice(first, last).slice(-needleLength)
  const fromGroup = last - needleLength
  const groups = Math.ceil((magicAt - align) / 3)
  const skip = 3 * groups - (magicAt - align)
  const characters = Math.ceil(((skip + length) * 8) / 6)
  const needle = { spelling, back: fromGroup + 4 * groups, characters, skip }
  const url = text.replaceAll('+', '-').replaceAll('/', '_')
  return url === text
    ? [[text, needle]]
    : [
        [text, needle],
        [url, needle],
      ]
}

/** By their four bytes as a number. */
export const needles = new Map<number, readonly Needle[]>()

/**
 * By two bytes as a number: at which places of a needle, 0 to 2, they stand, as bits. Of the three pairs of a needle one is
 * met wherever only every third pair is looked at.
 */
export const pairPlaces = new Uint8Array(65_536)

function add(text: string, needle: Needle): void {
  const bytes = Buffer.from(text, 'latin1')
  const key = keyOf(bytes, 0)
  needles.set(key, [...(needles.get(key) ?? []), needle])
  for (let place = 0; place < needleLength - 1; place++) {
    const pair = bytes.readUInt16LE(place)
    pairPlaces[pair] = (pairPlaces[pair] as number) | (1 << place)
  }
}

for (const spelling of spellings) {
  const all = [plainNeedle(spelling), ...[0, 1, 2].flatMap((align) => base64Needles(spelling, align))]
  for (const [text, needle] of all) add(text, needle)
}
