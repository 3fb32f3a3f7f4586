import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disguises } from '../../../test/support/disguise-marker.ts'
import type { Mark } from '../../core/event.ts'
import { createMint, deriveRunKey } from '../../core/marker.ts'
import type { ClientIndex } from '../../core/plan.ts'
import { createOwnershipScan } from '../ownership-scan.ts'
import { createDeepBudget } from './deep-budget.ts'

const key = deriveRunKey('run')
const me = 7 as ClientIndex
const settings = { key, clients: 10, budget: createDeepBudget('always') }
const mine = createMint(key, 'payload', me)
const others = createMint(key, 'payload', 8, 3)
const orphans = createMint(deriveRunKey('another run'), 'payload', 8)

function scanAll(chunks: readonly Uint8Array[]) {
  const scan = createOwnershipScan(settings, me)
  const foreign: Mark[] = []
  let own = 0
  for (const chunk of chunks) {
    const result = scan.scan(chunk, 0)
    own += result.own
    foreign.push(...result.foreign)
    chunk.fill(0x61)
  }
  foreign.push(...scan.end().foreign)
  return { own, foreign }
}

const inJson = (hidden: Buffer) => Buffer.concat([Buffer.from('{"id":"'), hidden, Buffer.from('","n":1}')])
const owners = (marks: readonly Mark[]) => marks.map(({ owner, sequence }) => [owner, sequence])
const inStream = disguises.filter((disguise) => disguise.inStream)

describe('the deep scan of a stream', () => {
  it.each(inStream)('sees through $name, whose ever it is', ({ hide }) => {
    const { foreign } = scanAll([inJson(hide(others(5)))])
    expect(owners(foreign)).toEqual([[8, 5]])
    expect(foreign[0]?.form).toBeTruthy()
    expect(scanAll([inJson(hide(mine(5)))])).toEqual({ own: 1, foreign: [] })
  })

  it.each(inStream)('sees through $name at whatever place the stream is split', ({ hide }) => {
    const bytes = inJson(hide(others(5)))
    for (let at = 1; at < bytes.length; at++) {
      const { foreign } = scanAll([Uint8Array.from(bytes.subarray(0, at)), Uint8Array.from(bytes.subarray(at))])
      expect(owners(foreign), `split at ${at}`).toEqual([[8, 5]])
    }
    expect(owners(scanAll([...bytes].map((byte) => Uint8Array.of(byte))).foreign)).toEqual([[8, 5]])
  })

  it('finds the same however a stream of many is split', () => {
    const piece = fc.oneof(
      fc.tuple(fc.constantFrom(...inStream), fc.nat(99)).map(([{ hide }, n]) => inJson(hide(others(n)))),
      fc.tuple(fc.constantFrom(...inStream), fc.nat(99)).map(([{ hide }, n]) => inJson(hide(mine(n)))),
      fc.nat(99).map((n) => Buffer.from(`"${others(n)}"`)),
      fc.string({ maxLength: 60 }).map((value) => Buffer.from(value)),
      fc.uint8Array({ maxLength: 60 }).map((value) => Buffer.from(value)),
    )
    const sorted = ({ own, foreign }: ReturnType<typeof scanAll>) => ({ own, foreign: owners(foreign).sort() })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (pieces, cuts) => {
        const bytes = Buffer.concat(pieces)
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        const chunks = places.slice(1).map((end, i) => Uint8Array.from(bytes.subarray(places[i], end)))
        expect(sorted(scanAll(chunks))).toEqual(sorted(scanAll([Uint8Array.from(bytes)])))
      }),
    )
  })

  it('follows what is compressed over many chunks, and tells each marker once', () => {
    const noise = Array.from({ length: 300 }, (_, i) => `${i * 7919}:${(i * 104_729) % 997}`).join()
    const { hide } = disguises.find(({ name }) => name === 'gzip') as (typeof disguises)[number]
    const bytes = hide(`${others(1)}${noise}${others(2)}`)
    const chunks: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += 100) chunks.push(Uint8Array.from(bytes.subarray(at, at + 100)))
    expect(chunks.length).toBeGreaterThan(10)
    expect(owners(scanAll([...chunks, Buffer.from('and after it')]).foreign)).toEqual([
      [8, 1],
      [8, 2],
    ])
  })

  it('tells the first 16 digits alone as weak, and only where they can be of a client of this run', () => {
    const alone = (marker: string) => [marker.slice(0, 18), marker.replaceAll('-', '').slice(0, 16)]
    for (const digits of [...alone(others(5)), ...alone(others(5).toUpperCase())]) {
      for (const text of [digits, `id=${digits}`, `"${digits}…", and so on and on and on and on`]) {
        expect(scanAll([Buffer.from(text)]).foreign, text).toMatchObject([{ owner: 8, isWeak: true }])
      }
    }
    const elsewhere = createMint(key, 'payload', 10)(5)
    for (const marker of [mine(5), orphans(5), elsewhere]) {
      for (const digits of alone(marker)) expect(scanAll([Buffer.from(digits)]).foreign, digits).toEqual([])
    }
    const within = `${others(5).replaceAll('-', '').slice(0, 16)}0`
    expect(scanAll([Buffer.from(within)]).foreign).toEqual([])
  })

  it('tells what no check sum proves only where the whole shape is there', () => {
    const corrupt = others(5).slice(0, 35) + (others(5).endsWith('0') ? '1' : '0')
    for (const marker of [orphans(1), corrupt]) {
      for (const { name, hide } of inStream) {
        const isShaped = !/no dashes|bytes/.test(name.replace(/ after . bytes/, ''))
        expect(scanAll([inJson(hide(marker))]).foreign, `${name} ${marker}`).toHaveLength(isShaped ? 1 : 0)
      }
    }
  })
})

describe('the deep scan of a whole body', () => {
  it.each(disguises)('sees through $name', ({ hide }) => {
    const { foreign } = createOwnershipScan(settings, me).scanDecoded(hide(others(5)), 'chunks', 0)
    expect(owners(foreign)).toEqual([[8, 5]])
    expect(foreign[0]?.form).toMatch(/in chunks$/)
  })

  it('tells only what the chunks did not show', () => {
    const scan = createOwnershipScan(settings, me)
    scan.scan(Buffer.from(`${mine(1)} ${others(5)}`), 0)
    const body = Buffer.from(`${mine(1)} ${others(5)} ${others(6)} ${mine(2)}`)
    const { own, foreign } = scan.scanDecoded(body, 'chunks', 0)
    expect([own, owners(foreign)]).toEqual([1, [[8, 6]]])
  })
})

describe('a deep scan that has no more to spend', () => {
  it('looks at samples, says at how much, and tells plain markers all the same', () => {
    const scan = createOwnershipScan({ ...settings, budget: createDeepBudget('sampled', 10_000) }, me)
    let [bytes, deepBytes, plain] = [0, 0, 0]
    for (let i = 0; i < 1000; i++) {
      const result = scan.scan(Buffer.from(`${others(i)}${'.'.repeat(964)}`), i)
      bytes += result.bytes
      deepBytes += result.deepBytes
      plain += result.foreign.length
    }
    expect([bytes, plain]).toEqual([1_000_000, 1000])
    // Four seconds' worth at the beginning and one in the course of it, less what each chunk costs.
    expect(deepBytes).toBeGreaterThan(35_000)
    expect(deepBytes).toBeLessThanOrEqual(42_000)
  })
})
