import { describe, expect, it } from 'vitest'
import { InFlight } from './in-flight.ts'

describe('operations in flight', () => {
  it('are found by number whatever their order, once', () => {
    const inFlight = new InFlight<string>()
    inFlight.add(1, 'one')
    inFlight.add(2, 'two')
    inFlight.add(3, 'three')
    expect(inFlight.size).toBe(3)
    expect([inFlight.take(2), inFlight.take(1), inFlight.take(1), inFlight.take(4)]).toEqual([
      'two',
      'one',
      undefined,
      undefined,
    ])
    inFlight.add(5, 'five')
    expect(inFlight.list()).toEqual(['five', 'three'])
    expect([inFlight.take(3), inFlight.take(5), inFlight.size]).toEqual(['three', 'five', 0])
  })
})
