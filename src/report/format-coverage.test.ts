import { expect, it } from 'vitest'
import { formatCoverage } from './format-coverage.ts'

it('what was observed has the share of the whole beside each part', () => {
  const text = formatCoverage({
    answersCompared: 1_234_567,
    deliveries: 1000,
    decidableDeliveries: 999,
    bytesScanned: 10,
    bytesDeepScanned: 10,
    answersSampled: 1,
  })
  expect(text.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
    'what was observed | count',
    'bytes scanned | 10',
    'bytes deep scanned | 10 | 100 %',
    'deliveries | 1,000',
    'decidable deliveries | 999 | 99.9 %',
    'answers compared | 1,234,567',
    'answers sampled | 1 | 0.1 %',
  ])
})
