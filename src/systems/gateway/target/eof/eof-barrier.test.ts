import { beforeEach, describe, expect, it } from 'vitest'
import { EofBarrier } from './eof-barrier.ts'

describe('an EOF barrier', () => {
  let barrier: EofBarrier
  let released: string[]
  const hold = (session: string) => barrier.hold(session, () => released.push(session))
  beforeEach(() => {
    barrier = new EofBarrier()
    released = []
  })

  it('holds an EOF until all who were registered when it came have finished', () => {
    barrier.register('a')
    barrier.register('b')
    expect(hold('a')).toEqual(['a', 'b'])
    barrier.register('late')
    barrier.finish('a')
    expect(released).toEqual([])
    barrier.finish('b')
    expect(released).toEqual(['a'])
  })

  it('waits for its own session, whose last EOF has not come yet', () => {
    barrier.register('a')
    hold('a')
    hold('a')
    expect(released).toEqual([])
    barrier.finish('a')
    expect(released).toEqual(['a', 'a'])
  })

  it('waits for nobody who has left, and drops what that one held', () => {
    barrier.register('a')
    barrier.register('gone')
    hold('a')
    hold('gone')
    barrier.finish('a')
    barrier.leave('gone')
    expect(released).toEqual(['a'])
    expect(barrier.heldCount).toBe(0)
  })

  it('lets an EOF pass at once when nobody uploads', () => {
    expect(hold('a')).toEqual([])
    expect(released).toEqual(['a'])
  })
})
