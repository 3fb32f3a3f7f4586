import type { BoundedShare } from '../core/self-test.ts'

/** What is left to chance by each bound. */
const alpha = 0.05

/**
 * Exact bounds of the chance that a trial hits, after so many hits in so many independent trials (Clopper and Pearson,
 * Biometrika 26, 1934). Without a hit the upper one is 1 − 0.05^(1/n), which is nearly 3/n: the rule of three.
 */
export function boundShare(hits: number, of: number): BoundedShare {
  const low = hits === 0 ? 0 : solve((chance) => chanceOfAtMost(of - hits, of, 1 - chance) < alpha)
  const high = hits === of ? 1 : solve((chance) => chanceOfAtMost(hits, of, chance) > alpha)
  return { hits, of, low, high }
}

/** The chance at which `isBelow` turns from true to false. */
function solve(isBelow: (chance: number) => boolean): number {
  let [low, high] = [0, 1]
  // 53 bits are all that a number has.
  for (let i = 0; i < 53; i++) {
    const middle = (low + high) / 2
    if (isBelow(middle)) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** That of `n` trials at most `k` hit, each with the same chance. In logarithms, for the terms are beyond what numbers hold. */
function chanceOfAtMost(k: number, n: number, chance: number): number {
  let term = n * Math.log1p(-chance)
  let sum = Math.exp(term)
  for (let i = 1; i <= k; i++) {
    term += Math.log(((n - i + 1) / i) * (chance / (1 - chance)))
    sum += Math.exp(term)
  }
  return sum
}
