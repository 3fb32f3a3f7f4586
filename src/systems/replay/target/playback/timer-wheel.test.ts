import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTask, type Task, TimerWheel } from './timer-wheel.ts'

let wheel: TimerWheel
let ran: [name: string, atMs: number][]

const task = (name: string, more?: (self: Task) => void): Task => {
  const self = createTask(() => {
    ran.push([name, performance.now()])
    more?.(self)
  })
  return self
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  wheel = new TimerWheel()
  ran = []
})
afterEach(() => {
  wheel.stop()
  vi.useRealTimers()
})

describe('a timer wheel', () => {
  it('runs each task once at its time, to the millisecond, near and far', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { maxLength: 40 }), (delays) => {
        ran = []
        const startMs = performance.now()
        const due = delays.map((delay) => startMs + delay)
        for (const [index, atMs] of due.entries()) wheel.schedule(task(String(index)), atMs)
        vi.advanceTimersByTime(20_010)
        expect(ran.map(([name]) => Number(name)).sort((one, other) => one - other)).toEqual([...due.keys()])
        for (const [name, atMs] of ran) {
          expect(atMs).toBeGreaterThanOrEqual(due[Number(name)] as number)
          expect(atMs).toBeLessThan((due[Number(name)] as number) + 3)
        }
        expect(vi.getTimerCount()).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  it('lets a task schedule itself, for at once as well', () => {
    const startMs = performance.now()
    let left = 3
    const self = task('again', () => {
      if (--left > 0) wheel.schedule(self, 0)
    })
    wheel.schedule(self, startMs + 5)
    vi.advanceTimersByTime(20)
    expect(ran).toHaveLength(3)
    expect((ran[2] as [string, number])[1]).toBeLessThan(startMs + 12)
  })

  it('runs a task at its new time alone when it is scheduled anew, and not when it is cancelled', () => {
    const startMs = performance.now()
    const [later, sooner, never, far] = [task('later'), task('sooner'), task('never'), task('far')]
    for (const [each, first, second] of [
      [later, 10, 50],
      [sooner, 50, 10],
      [far, 9000, 30],
    ] as const) {
      wheel.schedule(each, startMs + first)
      wheel.schedule(each, startMs + second)
    }
    wheel.schedule(never, startMs + 20)
    wheel.cancel(never)
    wheel.cancel(later)
    wheel.schedule(later, startMs + 50)
    vi.advanceTimersByTime(20_000)
    expect(ran.map(([name]) => name)).toEqual(['sooner', 'far', 'later'])
  })

  it('lets a task cancel one that is due with it', () => {
    const second = task('second')
    const first = task('first', () => wheel.cancel(second))
    wheel.schedule(first, performance.now() + 5)
    wheel.schedule(second, performance.now() + 5)
    vi.advanceTimersByTime(20)
    expect(ran.map(([name]) => name)).toEqual(['first'])
  })
})
