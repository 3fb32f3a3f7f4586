import { describe, expect, it } from 'vitest'
import { createMint, deriveRunKey, markerMagic } from '../../core/marker.ts'
import type { ClientIndex } from '../../core/plan.ts'
import { createRandom } from '../../core/random.ts'
import { createOwnershipScan } from '../ownership-scan.ts'
import { createDeepBudget } from './deep-budget.ts'

const key = deriveRunKey('run')
const me = 7 as ClientIndex
const budget = createDeepBudget('always')
const magic = markerMagic.replace('-', '')
const isLong = process.env['MCSIM_LONG'] !== undefined

/** A small generator of its own: xorshift, fast enough for millions of bytes. */
function createBytes(seed: number) {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & 0xff
  }
}

function expectNothing(bytes: Buffer): void {
  const scan = createOwnershipScan({ key, clients: 1_000, budget }, me)
  for (let at = 0; at < bytes.length; at += 60_000) {
    expect(scan.scan(bytes.subarray(at, at + 60_000), 0)).toMatchObject({ own: 0, foreign: [] })
  }
  expect(scan.end().foreign).toEqual([])
}

const alphabets = {
  'any bytes': undefined,
  'hexadecimal digits': '0123456789abcdef',
  'upper-case digits': '0123456789ABCDEF',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  base64url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  escapes: '\\u003648%bd-',
}

describe.each(Object.entries(alphabets))('the deep scan finds nothing in random %s', (_name, alphabet) => {
  const size = isLong ? 50_000_000 : 2_000_000
  const next = createBytes(20_261_127)
  const draw = () => (alphabet ? alphabet.charCodeAt(next() % alphabet.length) : next())

  it('as they are', () => {
    const bytes = Buffer.alloc(size)
    for (let i = 0; i < size; i++) bytes[i] = draw()
    expectNothing(bytes)
  })

  it('with the magic of markers everywhere among them', () => {
    const spellings = [magic, magic.toUpperCase()].map((text) => Buffer.from(text))
    const raw = Buffer.from(magic, 'hex')
    spellings.push(raw, Buffer.from([raw[1], raw[0], raw[3], raw[2]] as number[]), Buffer.from(raw).reverse())
    for (const one of [...spellings]) {
      for (const pad of [0, 1, 2]) {
        const encoded = Buffer.concat([Buffer.alloc(pad), one, Buffer.alloc(3)]).toString('base64')
        spellings.push(Buffer.from(encoded.slice(pad === 0 ? 0 : pad + 1, -4)))
      }
    }
    const bytes = Buffer.alloc(size)
    let at = 0
    for (let i = 0; at + 80 < size; i++) {
      for (let n = 0; n < 24 + (i % 7); n++) bytes[at++] = draw()
      at += (spellings[i % spellings.length] as Buffer).copy(bytes, at)
      for (let n = 0; n < 30; n++) bytes[at++] = draw()
    }
    expectNothing(bytes.subarray(0, at))
  })
})

it('finds no fragment in own markers that were cut anywhere, and nothing in those of other runs that were', () => {
  const random = createRandom(1, 'cuts')
  const runs = Array.from({ length: 200 }, (_, i) => createMint(deriveRunKey(`run ${i}`), 'payload', i))
  const marker = (n: number) =>
    n % 2 === 0 ? createMint(key, 'payload', me)(n) : (runs[n % 200] as (n: number) => string)(n)
  for (let n = 0; n < 20_000; n++) {
    const text = n % 3 === 0 ? marker(n).replaceAll('-', '') : marker(n)
    const from = random.integer(0, 8)
    const piece = text.slice(from, from + random.integer(1, 27))
    const scan = createOwnershipScan({ key, clients: 1_000, budget }, me)
    const result = scan.scan(Buffer.from(`{"id":"${n % 5 === 0 ? piece.toUpperCase() : piece}"}`), 0)
    expect([...result.foreign, ...scan.end().foreign], piece).toEqual([])
  }
})
