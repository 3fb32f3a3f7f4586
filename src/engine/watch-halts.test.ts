import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type HaltWatch, watchHalts } from './watch-halts.ts'

describe('halts of the event loop', () => {
  let nowMs = 0
  let watch: HaltWatch
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    nowMs = 0
    watch = watchHalts(() => nowMs)
  })
  afterEach(() => {
    watch.stop()
    vi.useRealTimers()
  })
  /** Lets the time pass in ticks, the last of which comes so much late. */
  const pass = (ms: number, lateMs = 0) => {
    for (let i = 0; i < ms / 10; i++) {
      nowMs += i === ms / 10 - 1 ? 10 + lateMs : 10
      vi.advanceTimersByTime(10)
    }
  }

  it('are none while ticks come in time', () => {
    pass(200)
    expect(watch.haltedMs(0, 200)).toBe(0)
  })

  it('are counted as far as they lie between the two moments', () => {
    pass(100)
    pass(10, 300) // 100 … 410, of which 110 … 410 is a halt
    pass(90)
    expect(watch.haltedMs(0, 500)).toBe(300)
    expect(watch.haltedMs(210, 500)).toBe(200)
    expect(watch.haltedMs(0, 210)).toBe(100)
    expect(watch.haltedMs(410, 500)).toBe(0)
  })

  it('are seen by what is read before the next tick', () => {
    pass(100)
    nowMs = 400
    expect(watch.haltedMs(0, 400)).toBe(290)
    expect(watch.haltedMs(390, 400)).toBe(0)
  })

  it('are not made of ticks that come a little late', () => {
    for (let i = 0; i < 20; i++) pass(10, 15)
    expect(watch.haltedMs(0, nowMs)).toBe(0)
  })
})
