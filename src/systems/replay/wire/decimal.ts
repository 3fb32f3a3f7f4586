/** Powers of ten that a double holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** So many digits any double holds exactly. */
export const exactDigits = 15
/** So many have numbers at most that were spelled to be read again as the same double. */
export const mostDigits = 17

/**
 * The double nearest to `high` / 10^`places`, where `high` has at most `exactDigits` digits: both are exact, and the division
 * rounds once (W. D. Clinger, How to read floating point numbers accurately, PLDI 1990). NaN where it would not be certain.
 */
export const divideByPower = (high: number, places: number) => high / (powers[places] ?? Number.NaN)

/**
 * The double nearest to (`high` · 10^`lowDigits` + `low`) / 10^`places`, where that has at most `mostDigits` digits. It is
 * computed to twice the precision of a double (T. J. Dekker, A floating-point technique for extending the available
 * precision, 1971). NaN where it is so near to the middle between two doubles that not even that would be certain.
 */
export function divideLongByPower(high: number, low: number, lowDigits: number, places: number): number {
  const scale = powers[lowDigits] as number
  const power = powers[places] ?? Number.NaN
  const product = high * scale
  const sum = product + low
  const rest = low - (sum - product) + errorOfProduct(high, scale, product)
  const quotient = sum / power
  const back = quotient * power
  const correction = (sum - back - errorOfProduct(quotient, power, back) + rest) / power
  const slack = Math.abs(correction) * 1e-12
  const nearest = quotient + (correction - slack)
  return nearest === quotient + (correction + slack) ? nearest : Number.NaN
}

/** 2^27 + 1: splits a double into halves of which products are exact. */
const splitter = 134_217_729

/** By how much the product, which was rounded, is too small. */
function errorOfProduct(a: number, b: number, product: number): number {
  const highA = upperHalf(a)
  const highB = upperHalf(b)
  const lowA = a - highA
  const lowB = b - highB
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB)
}

function upperHalf(value: number): number {
  const large = value * splitter
  return large - (large - value)
}
