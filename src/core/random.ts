import { randomExponential } from 'd3-random'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { hash32 } from './hash.ts'

/** A seeded stream of random values. Two streams of different labels are independent. */
export interface Random {
  /** A whole number, 0 … 2^32 - 1. */
  uint32(): number
  /** 0 ≤ x < 1, with 32 bits. */
  unit(): number
  /** A whole number, `from` ≤ x ≤ `to`, at most 2^32 apart. */
  integer(from: number, to: number): number
  /** Exponentially distributed with mean 1: the gaps of a Poisson process of rate 1. */
  exponential(): number
  pick<T>(items: readonly T[]): T
}

/** The same seed and labels give the same stream in every thread and on every machine. */
export function createRandom(seed: number, ...labels: readonly (string | number)[]): Random {
  const generator = xoroshiro128plus(hash32(labels.join('\u0000'), seed))
  const uint32 = () => generator.next() >>> 0
  const unit = () => uint32() / 0x1_0000_0000
  const integer = (from: number, to: number) => from + Math.floor(unit() * (to - from + 1))
  return {
    uint32,
    unit,
    integer,
    exponential: randomExponential.source(unit)(1),
    pick: (items) => {
      if (items.length === 0) throw new RangeError('pick needs at least one item')
      return items[integer(0, items.length - 1)] as (typeof items)[number]
    },
  }
}
