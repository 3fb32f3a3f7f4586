import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Level, SnapshotJson } from '../wire/snapshot.ts'
import { readTimestamp } from '../wire/snapshot.ts'
import { digestSnapshot } from './digest-snapshot.ts'
import { readTime } from './read-time.ts'

const bids: readonly Level[] = [
  [100.25, 5],
  [100, 7],
]
const asks: readonly Level[] = [
  [100.5, 6],
  [101, 9],
]
const snapshot: SnapshotJson = { timestamp: '2024-01-02T03:04:05.250Z', bids, asks }
const viewed = { name: 'mine', mode: undefined, showsOrders: true } as const
const digest = (more: object = {}, mode?: string) => digestSnapshot({ ...snapshot, ...more }, { ...viewed, mode })

describe('a digest', () => {
  it('keeps what is there and no more', () => {
    expect(digest()).toEqual({ atMs: Date.UTC(2024, 0, 2, 3, 4, 5, 250), book: expect.any(Number) })
    expect(digest({ seq: 7, symbol: 'X', mode: 'LIVE', session_id: 'mine', dropped: 0 })).toEqual({
      atMs: expect.any(Number),
      book: expect.any(Number),
      seq: 7,
      symbol: 'X',
      mode: 'LIVE',
      own: true,
    })
    expect(digest({ session_id: 'other', dropped: 3 })).toMatchObject({ foreignSession: 'other', dropped: 3 })
  })

  it('names no foreign session to a viewer that has none', () => {
    const digested = digestSnapshot({ ...snapshot, session_id: 'shared' }, { ...viewed, name: undefined })
    expect(digested).not.toHaveProperty('foreignSession')
  })

  it('tells what orders have left in a market of one’s own, and nowhere else', () => {
    const ordered = { bids: [[100, 12.00_004]], asks: [[101, 6.99_999_9]] }
    expect(digest({ ...ordered, mode: 'SIMULATION' })).toMatchObject({ bidTrace: 4, askTrace: 0 })
    expect(digest(ordered, 'SIMULATION')).toMatchObject({ bidTrace: 4 })
    expect(digest({ ...ordered, mode: 'REPLAY' }, 'SIMULATION')).not.toHaveProperty('bidTrace')
    const unpromised = { ...viewed, showsOrders: false }
    const simulated = { ...snapshot, mode: 'SIMULATION' }
    expect(digestSnapshot(simulated, unpromised)).not.toHaveProperty('bidTrace')
    expect(digest({ bids: [], asks: [], mode: 'SIMULATION' })).toMatchObject({ bidTrace: 0, askTrace: 0 })
  })

  it('differs where any number of the book does', () => {
    const level = fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }))
    const side = fc.array(level, { maxLength: 4 })
    const bookOf = (book: readonly [readonly Level[], readonly Level[]]) =>
      digest({ bids: book[0], asks: book[1] })?.book as number
    fc.assert(
      fc.property(fc.tuple(side, side), fc.tuple(side, side), (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other)
        const [first, second] = [bookOf(one), bookOf(other)]
        expect(first).toBe(first >>> 0)
        // -0 and 0 are spelled alike and differ in their bits.
        if (!isSame) expect(first).not.toBe(second)
      }),
    )
    expect(bookOf([bids, asks])).toBe(bookOf([structuredClone(bids) as Level[], asks]))
    expect(bookOf([bids, asks])).not.toBe(bookOf([asks, bids]))
    expect(bookOf([[...bids, ...asks], []])).not.toBe(bookOf([bids, asks]))
  })

  it.each([[null], [5], [[]], ['x']])('survives the level %j', (level) => {
    expect(digest({ bids: [level], mode: 'SIMULATION' })?.book).toEqual(expect.any(Number))
  })

  it('is none where there is no time', () => {
    for (const timestamp of ['soon', null, {}, '', Number.NaN]) expect(digest({ timestamp })).toBeUndefined()
  })
})

describe('a point in time', () => {
  it('is read as it always is, only faster', () => {
    const date = fc.date({
      min: new Date('1970-01-01'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    })
    fc.assert(fc.property(date, (at) => void expect(readTime(at.toISOString())).toBe(at.getTime())))
  })

  it.each([
    '2024-01-02T24:00:00.000Z',
    '2024-02-31T00:00:00.000Z',
    '2024-13-01T00:00:00.000Z',
    '2024-01-02T03:04:05.25xZ',
    '2024-01-02T03:04:05,250Z',
    '2024-01-02 03:04:05.250Z',
    '2024-01-02T03:04:05.25+01',
    '2024-01-02T03:04:05.250',
    '+02024-01-02T03:04:05.0Z',
    1_704_164_645_250,
    'never',
  ])('spelled %j is read as by the slow way', (text) => {
    readTime('2024-01-02T03:04:05.250Z')
    expect(readTime(text)).toBe(readTimestamp(text))
  })
})
