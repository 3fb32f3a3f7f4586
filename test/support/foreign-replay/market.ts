import type { Traits } from './traits.ts'

type Level = [price: number, volume: number]

export interface Row {
  readonly atMs: number
  readonly index: number
  readonly symbol: string
  readonly bids: Level[]
  readonly asks: Level[]
}

const openingMs = Date.UTC(2024, 0, 2, 9, 30)
const levels = 10

/** Scatters an integer, so that no two books are alike. */
function scatter(...parts: readonly number[]): number {
  let hash = 2166136261
  for (const part of parts) hash = Math.imul(hash ^ part, 16777619) ^ (hash >>> 13)
  return (hash >>> 0) / 2 ** 32
}

const codeOf = (text: string) => [...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) | 0

/** `salt` tells one simulation from another. */
export function rowAt(index: number, symbol: string, steps: Traits['steps'], salt = 0): Row {
  const code = codeOf(symbol) ^ salt
  const price = 0.4 + scatter(code) * 3000
  const mid = price * (1 + 0.01 * scatter(code, index, 1))
  const side = (sign: number): Level[] =>
    Array.from({ length: levels }, (_, level) => [
      mid * (1 + sign * 0.0001 * (level + 1)),
      0.25 + 40 * scatter(code, index, level, sign),
    ])
  return { atMs: openingMs + marketTime(index, steps), index, symbol, bids: side(-1), asks: side(1) }
}

function marketTime(index: number, steps: Traits['steps']): number {
  if (steps === 'even') return index * 250
  if (steps === 'coarse') return Math.floor(index / 4) * 1000
  return index * 250 + Math.floor(scatter(index) * 200) + 0.125
}

/** As other people compute these: not by the formulas of `src/`. */
export function describeRow({ bids, asks }: Row, numbers: Traits['numbers']): Record<string, unknown> {
  if (numbers === 'none') return {}
  const [bid, bidVolume] = bids[0] as Level
  const [ask, askVolume] = asks[0] as Level
  const own = {
    mid_price: (bid + ask) / 2,
    spread: (ask - bid) / bid,
    best_bid: bid,
    best_ask: ask,
    obi: bidVolume / (bidVolume + askVolume),
    ofi: bidVolume - askVolume,
    vpin: Math.abs(bidVolume - askVolume) / 100,
    microprice: (bid * askVolume + ask * bidVolume) / (bidVolume + askVolume),
    spoofing_risk: 'LOW',
  }
  if (numbers === 'swapped') own.best_bid = ask
  const told =
    numbers !== 'rounded' ? own : Object.fromEntries(Object.entries(own).map(([name, n]) => [name, round(n)]))
  return { ...told, regime: 'TRENDING', anomalies: [{ kind: 'wall', level: 3 }] }
}

const round = (value: number | string) => (typeof value === 'number' ? Number(value.toFixed(2)) : value)

export function spellTime(ms: number, time: Traits['time']): string | number {
  if (time === 'seconds') return ms / 1000
  if (time === 'ms') return ms
  const whole = new Date(Math.floor(ms)).toISOString().slice(0, 19)
  const micros = Math.round((ms % 1000) * 1000)
  // As Python spells it: no fraction where there is none.
  const text = micros === 0 ? whole : `${whole}.${String(micros).padStart(6, '0')}`
  return time === 'zoned' ? `${text}+00:00` : text
}
