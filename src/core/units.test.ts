import { expect, it } from 'vitest'
import { formatDuration, parseDuration } from './units.ts'

it.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['1.5h', 5_400_000],
  ['5m', 300_000],
])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms))
it.each(['30', 's', '3 sec', '-1s', '', '597h'])('"%s" is no duration', (text) =>
  expect(parseDuration(text)).toBeUndefined(),
)
it.each([
  [0.25, '250 µs'],
  [3.21, '3.2 ms'],
  [1240, '1.24 s'],
  [125_000, '2 m 5 s'],
])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
