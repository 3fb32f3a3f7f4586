import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDateTime, readDateTime, writeDate, writeDateTime } from './time-text.ts'

const first = Date.parse('0001-01-01T00:00:00Z') / 1000
const last = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000

function write(seconds: number): string {
  const bytes = Buffer.alloc(19)
  writeDateTime(bytes, 0, seconds)
  return bytes.toString('latin1')
}

const read = (text: string) => readDateTime(Buffer.from(text, 'latin1'), 0, text.length)

describe('dates as text', () => {
  it('agree with the calendar of the language, in both directions', () => {
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (seconds) => {
        const text = formatDateTime(seconds)
        expect(write(seconds)).toBe(text)
        expect(read(text)).toBe(seconds)
      }),
      { numRuns: 2000 },
    )
  })

  it('agree on every day of the years that are used', () => {
    const bytes = Buffer.alloc(10)
    for (let day = -14_610; day < 22_000; day++) {
      const text = new Date(day * 86_400_000).toISOString().slice(0, 10)
      writeDate(bytes, 0, day * 86_400)
      expect(bytes.toString('latin1')).toBe(text)
      expect(read(text)).toBe(day * 86_400)
    }
  })

  it.each([
    '2024-02-30',
    '2023-02-29',
    '1900-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-1-101',
    '2024-01-01 24:00:00',
    '2024-01-01 12:60:00',
    '2024-01-01x12:00:00',
    '2024/01/01',
    '',
  ])('refuse %j', (text) => {
    expect(read(text)).toBeUndefined()
  })
})
