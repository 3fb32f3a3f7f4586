import type { MarkKind, MarkOwner } from './event.ts'
import { hash32, mix32 } from './hash.ts'
import type { ClientIndex } from './plan.ts'

/*
 * A marker is a UUIDv8-shaped stamp that tells its owner by its bytes alone (ORACLE §1 in docs/architecture.md):
 *
 *     cccccrrr-MMMM-8MMM-Verr-ssssssmmmmmm      all lower-case hexadecimal
 *     client 20 bits, permuted | run 12 | magic 16 | version 8 | magic 12 | variant 2, epoch 10, run 4 | sequence 24 | MAC 24
 *
 * The kind (payload or identity) takes no bits: it is part of what the MAC is computed over.
 */

/** The constant middle of every marker, at characters 9 to 17: what a native substring search looks for. */
export const markerMagic = '6d63-8b1d'
export const markerMagicOffset = 9
export const markerLength = 36
export const maxClients = 2 ** 20
export const maxEpochs = 2 ** 10
export const maxSequence = 2 ** 24 - 1

/** All that is derived from a run id to mint and to read that run's markers. */
export interface RunKey {
  readonly runId: string
  /** 16 bits in each marker that tell this run's markers from those of another. */
  readonly runField: number
  readonly permutationKey: number
  readonly macKeys: Readonly<Record<MarkKind, number>>
}

export interface MarkerFields {
  readonly kind: MarkKind
  readonly owner: MarkOwner
  readonly epoch: number
  readonly sequence: number
}

export function deriveRunKey(runId: string): RunKey {
  return {
    runId,
    runField: hash32(runId, 1) & 0xffff,
    permutationKey: hash32(runId, 2),
    macKeys: { payload: hash32(runId, 3), identity: hash32(runId, 4) },
  }
}

/** Mints the markers of one client, kind and epoch: the returned function maps a sequence number to a marker. */
export function createMint(key: RunKey, kind: MarkKind, client: number, epoch = 0): (sequence: number) => string {
  if (!(client >= 0 && client < maxClients)) throw new RangeError(`client ${client} is not below ${maxClients}`)
  const field = 0x8000 | ((epoch % maxEpochs) << 4) | (key.runField & 0xf)
  const prefix = `${hex(permute(client, key.permutationKey), 5)}${hex(key.runField >>> 4, 3)}-${markerMagic}-${hex(field, 4)}-`
  const base = macBase(key.macKeys[kind], client, epoch % maxEpochs)
  return (sequence) => prefix + hex6(sequence) + hex6(mac(base, sequence))
}

/**
 * Reads the marker whose magic stands at `magicAt` in `bytes`. Undefined: not the full shape of a marker, or not
 * wholly within the bytes. Owner `orphan`: another run's; `corrupt`: this run's, but its MAC is wrong.
 */
export function readMarker(key: RunKey, bytes: Uint8Array, magicAt: number): MarkerFields | undefined {
  const at = magicAt - markerMagicOffset
  if (at < 0 || at + markerLength > bytes.length) return undefined
  if (bytes[at + 8] !== dash || bytes[at + 18] !== dash || bytes[at + 23] !== dash) return undefined
  const permuted = number(bytes, at, 5)
  const runHigh = number(bytes, at + 5, 3)
  const field = number(bytes, at + 19, 4)
  const sequence = number(bytes, at + 24, 6)
  const seenMac = number(bytes, at + 30, 6)
  if (permuted < 0 || runHigh < 0 || field < 0x8000 || field > 0xbfff || sequence < 0 || seenMac < 0) return undefined
  const epoch = (field >>> 4) & 0x3ff
  const fields = (kind: MarkKind, owner: MarkOwner) => ({ kind, owner, epoch, sequence })
  if (((runHigh << 4) | (field & 0xf)) !== key.runField) return fields('payload', 'orphan')
  const client = unpermute(permuted, key.permutationKey)
  for (const kind of kinds) {
    if (mac(macBase(key.macKeys[kind], client, epoch), sequence) === seenMac) return fields(kind, client as MarkOwner)
  }
  return fields('payload', 'corrupt')
}

/**
 * The 16 bits that tell the run, of the marker whose magic stands at `magicAt`: all that can be read without a run's id.
 * Undefined as in `readMarker`.
 */
export function readRunField(bytes: Uint8Array, magicAt: number): number | undefined {
  const at = magicAt - markerMagicOffset
  if (at < 0 || at + markerLength > bytes.length) return undefined
  if (bytes[at + 8] !== dash || bytes[at + 18] !== dash || bytes[at + 23] !== dash) return undefined
  const high = number(bytes, at + 5, 3)
  const field = number(bytes, at + 19, 4)
  const isWhole = number(bytes, at, 5) >= 0 && number(bytes, at + 24, 6) >= 0 && number(bytes, at + 30, 6) >= 0
  return isWhole && high >= 0 && field >= 0x8000 && field <= 0xbfff ? (high << 4) | (field & 0xf) : undefined
}

/**
 * The client that the first 18 characters of a marker's text name, their magic included. They hold no check sum: whose they
 * are is probable where the run has such a client. Undefined: not of this run.
 */
export function readFragment(key: RunKey, bytes: Uint8Array): ClientIndex | undefined {
  const permuted = number(bytes, 0, 5)
  if (permuted < 0 || number(bytes, 5, 3) !== key.runField >>> 4) return undefined
  return unpermute(permuted, key.permutationKey) as ClientIndex
}

const kinds = ['payload', 'identity'] as const
const dash = 0x2d

const macBase = (macKey: number, client: number, epoch: number) =>
  mix32(macKey ^ Math.imul(client + 1, 0x9e3779b1) ^ (epoch << 20))
const mac = (base: number, sequence: number) => mix32(base + Math.imul(sequence, 0x85ebca77)) >>> 8

/** A keyed permutation of 0 … 2^20 - 1: four Feistel rounds over halves of 10 bits. */
function permute(value: number, key: number): number {
  let left = value >>> 10
  let right = value & 0x3ff
  for (let round = 0; round < 4; round++) [left, right] = [right, left ^ (mix32(key + round + right * 4) & 0x3ff)]
  return (left << 10) | right
}

function unpermute(value: number, key: number): number {
  let left = value >>> 10
  let right = value & 0x3ff
  for (let round = 3; round >= 0; round--) [left, right] = [right ^ (mix32(key + round + left * 4) & 0x3ff), left]
  return (left << 10) | right
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
const hex3 = Array.from({ length: 4096 }, (_, value) => hex(value, 3))
const hex6 = (value: number) => (hex3[(value >>> 12) & 0xfff] as string) + (hex3[value & 0xfff] as string)

const digitValues = new Int8Array(256).fill(-1)
for (let digit = 0; digit < 16; digit++) digitValues[digit.toString(16).charCodeAt(0)] = digit

/** The number of `digits` hexadecimal digits at `at`, or -1 where one of them is none. */
function number(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0
  for (let i = at; i < at + digits; i++) {
    const digit = digitValues[bytes[i] as number] as number
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}
