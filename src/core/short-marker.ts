import { hash32, mix32 } from './hash.ts'
import { maxClients, type RunKey } from './marker.ts'

/*
 * A marker for fields that are too narrow for a whole one, such as device ids of 8 characters: an injective code of
 * client and sequence, 41 bits spelled in base 36 (which holds 41.36):
 *
 *     client 20 bits | sequence 12 bits     permuted together, keyed by the run
 *     check 9 bits                          keyed by the run
 *
 * Nothing in it can be searched for, and one in 500 random texts of that length passes for one: so it is matched only
 * as a whole field or token, counts only where the plan has such a client, and is reported as weak.
 */

export const shortMarkerLength = 8
export const maxShortSequence = 2 ** 12 - 1

const base = 36
const checkSize = 2 ** 9

export interface ShortMarkerFields {
  /** What its bits say; whether the plan has such a client is for the caller to look up. */
  readonly client: number
  readonly sequence: number
}

/** Mints the short markers of one client: eight characters of a–z and 0–9 for each sequence number. */
export function createShortMint(key: RunKey, client: number): (sequence: number) => string {
  if (!(client >= 0 && client < maxClients)) throw new RangeError(`client ${client} is not below ${maxClients}`)
  const secret = deriveSecret(key)
  return (sequence) => {
    if (!(sequence >= 0 && sequence <= maxShortSequence))
      throw new RangeError(`sequence ${sequence} takes over 12 bits`)
    const code = permute(client * (maxShortSequence + 1) + sequence, secret)
    return (code * checkSize + checkOf(code, secret)).toString(base).padStart(shortMarkerLength, '0')
  }
}

/** Reads a whole field or token. Undefined where it is no short marker of this run. */
export function readShortMarker(key: RunKey, text: string): ShortMarkerFields | undefined {
  if (!/^[0-9a-z]{8}$/.test(text)) return undefined
  const value = Number.parseInt(text, base)
  const code = Math.floor(value / checkSize)
  const secret = deriveSecret(key)
  if (code >= 2 ** 32 || value % checkSize !== checkOf(code, secret)) return undefined
  const plain = unpermute(code, secret)
  return { client: Math.floor(plain / (maxShortSequence + 1)), sequence: plain % (maxShortSequence + 1) }
}

const deriveSecret = ({ runId }: RunKey) => hash32(runId, 5)
const checkOf = (code: number, secret: number) => mix32(code ^ Math.imul(secret, 0x9e3779b1)) % checkSize

/** A keyed permutation of 32 bits: four Feistel rounds over halves of 16. */
function permute(value: number, secret: number): number {
  let left = value >>> 16
  let right = value & 0xffff
  for (let round = 0; round < 4; round++) [left, right] = [right, left ^ roundOf(right, round, secret)]
  return ((left << 16) | right) >>> 0
}

function unpermute(value: number, secret: number): number {
  let left = value >>> 16
  let right = value & 0xffff
  for (let round = 3; round >= 0; round--) [left, right] = [right ^ roundOf(left, round, secret), left]
  return ((left << 16) | right) >>> 0
}

const roundOf = (half: number, round: number, secret: number) => mix32(secret + round + half * 4) & 0xffff
