import { describe, expect, it } from 'vitest'
import { plantDefects } from './defect.ts'

describe('a planted defect', () => {
  const occasions = (rate: number, seed = 1) => {
    const planted = plantDefects<'leak' | 'other'>({ defects: ['leak'], defectRate: rate, seed })
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
  it('acts on the same occasions whatever is planted beside it', () => {
    const occasions = (defects: readonly string[]) => {
      const planted = plantDefects<'leak' | 'other'>({ defects, defectRate: 0.5, seed: 1 })
      return Array.from({ length: 100 }, () => [planted.acts('leak'), planted.acts('other')])
    }
    const both = occasions(['other', 'leak'])
    expect(both.map(([leak]) => leak)).toEqual(occasions(['leak']).map(([leak]) => leak))
    expect(both.map(([, other]) => other)).toEqual(occasions(['other']).map(([, other]) => other))
    expect(both.map(([leak]) => leak)).not.toEqual(both.map(([, other]) => other))
  })
  it('never acts where none is planted', () => {
    expect(plantDefects<'leak'>({ defects: [], defectRate: 1, seed: 1 }).acts('leak')).toBe(false)
  })
})
