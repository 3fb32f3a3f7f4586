import { expect, it } from 'vitest'
import { drawBar, drawSparkline } from './draw-bars.ts'

it('a sparkline shows the latest values, the highest at the top and none as nothing', () => {
  expect(drawSparkline([9, 1, 0, 4, 8], 4)).toBe('▁ ▄█')
  expect(drawSparkline([5], 3)).toBe('  █')
  expect(drawSparkline([0, 0], 2)).toBe('  ')
  expect(drawSparkline([], 3)).toBe('   ')
})

it('a bar is as long as its share, and whatever is more than nothing can be seen', () => {
  expect(drawBar(10, 10, 4)).toBe('████')
  expect(drawBar(5, 10, 4)).toBe('██')
  expect(drawBar(1, 1000, 4)).toBe('▏')
  expect(drawBar(0, 10, 4)).toBe('')
  expect(drawBar(3, 0, 4)).toBe('')
})
