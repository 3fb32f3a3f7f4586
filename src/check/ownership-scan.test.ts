import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Mark } from '../core/event.ts'
import { createMint, deriveRunKey } from '../core/marker.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createDeepBudget } from './deep-scan/deep-budget.ts'
import { createOwnershipScan } from './ownership-scan.ts'

const key = deriveRunKey('run')
const me = 7 as ClientIndex
const mine = createMint(key, 'payload', me)
const others = createMint(key, 'payload', 8, 3)
const orphans = createMint(deriveRunKey('another run'), 'payload', me)

function scanAll(chunks: readonly Uint8Array[], epoch = 0) {
  const scan = createOwnershipScan({ key, clients: 10, budget: createDeepBudget('always') }, me, epoch)
  const foreign: Mark[] = []
  let own = 0
  let bytes = 0
  for (const chunk of chunks) {
    const result = scan.scan(chunk, 0)
    own += result.own
    bytes += result.bytes
    foreign.push(...result.foreign)
    // A socket may reuse its read buffer as soon as the scan has returned.
    chunk.fill(0x61)
  }
  return { own, bytes, foreign: foreign.sort((a, b) => a.offset - b.offset) }
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const bounds = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return bounds.slice(1).map((end, i) => Uint8Array.from(bytes.subarray(bounds[i] as number, end)))
}

describe('the ownership scan', () => {
  it('counts own markers and tells foreign ones with their place', () => {
    const text = `id=${mine(1)};by=${others(5)}\n${mine(2)}`
    expect(scanAll([Buffer.from(text)])).toEqual({
      own: 2,
      bytes: text.length,
      foreign: [{ kind: 'payload', owner: 8, epoch: 3, sequence: 5, offset: text.indexOf(others(5)) }],
    })
  })

  it('counts own identities as own and those of others as foreign', () => {
    const identity = (client: number) => createMint(key, 'identity', client)(0)
    const { own, foreign } = scanAll([Buffer.from(`${identity(7)} ${identity(8)}`)])
    expect([own, foreign.map((mark) => [mark.kind, mark.owner])]).toEqual([1, [['identity', 8]]])
  })

  it('tells orphans and corrupt markers', () => {
    const whole = mine(1)
    const corrupt = whole.slice(0, 35) + (whole.endsWith('0') ? '1' : '0')
    const { own, foreign } = scanAll([Buffer.from(orphans(1) + corrupt)])
    expect([own, foreign.map(({ owner }) => owner)]).toEqual([0, ['orphan', 'corrupt']])
  })

  it('tells own markers of an identity that was given up, and counts those of the present and a later one', () => {
    const text = [1, 2, 3].map((epoch) => createMint(key, 'payload', me, epoch)(0)).join()
    const { own, foreign } = scanAll([Buffer.from(text)], 2)
    expect([own, foreign.map(({ owner, epoch }) => [owner, epoch])]).toEqual([2, [[me, 1]]])
  })

  it('knows a stale epoch when the counter has wrapped', () => {
    const text = [1023, 0].map((epoch) => createMint(key, 'payload', me, epoch)(0)).join()
    expect(scanAll([Buffer.from(text)], 1024).foreign.map(({ epoch }) => epoch)).toEqual([1023])
  })

  it('finds the same marks however the stream is split, one byte at a time included', () => {
    const piece = fc.oneof(
      fc.integer({ min: 0, max: 99 }).map(mine),
      fc.integer({ min: 0, max: 99 }).map(others),
      fc.integer({ min: 0, max: 99 }).map(orphans),
      // Beginnings and ends of markers, which join to whole ones now and then, and the bare magic.
      fc.integer({ min: 0, max: 36 }).map((at) => others(5).slice(at)),
      fc.integer({ min: 0, max: 36 }).map((at) => others(5).slice(0, at)),
      fc.constant('6d63-8b1d'),
      fc.string({ maxLength: 50 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 20 }), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''))
        const whole = scanAll([Buffer.from(bytes)])
        expect(scanAll(split(bytes, cuts))).toEqual(whole)
        expect(scanAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole)
      }),
    )
  })
})
