import { describe, expect, it } from 'vitest'
import { plantDefect } from './defect.ts'

describe('a planted defect', () => {
  const occasions = (rate: number, seed = 1) => {
    const planted = plantDefect<'leak' | 'other'>({ defect: 'leak', defectRate: rate, seed })
    return Array.from({ length: 10_000 }, () => {
      expect(planted.acts('other')).toBe(false)
      return planted.acts('leak')
    })
  }
  const share = (acts: readonly boolean[]) => acts.filter(Boolean).length / acts.length

  it('acts always at rate 1 and never at rate 0', () => {
    expect([share(occasions(1)), share(occasions(0))]).toEqual([1, 0])
  })
  it('acts at its rate, on the same occasions for the same seed', () => {
    expect(share(occasions(0.1))).toBeCloseTo(0.1, 1)
    expect(occasions(0.1)).toEqual(occasions(0.1))
    expect(occasions(0.1, 2)).not.toEqual(occasions(0.1))
  })
  it('never acts where none is planted', () => {
    expect(plantDefect<'leak'>({ defectRate: 1, seed: 1 }).acts('leak')).toBe(false)
  })
})
