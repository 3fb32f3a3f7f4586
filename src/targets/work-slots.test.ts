import { expect, it } from 'vitest'
import { WorkSlots } from './work-slots.ts'

it('slots go to those who wait, in the order in which they came', async () => {
  const slots = new WorkSlots(2)
  const order: number[] = []
  await slots.enter()
  await slots.enter()
  const waiting = [1, 2, 3].map((who) => slots.enter().then(() => order.push(who)))
  expect(slots.waitingCount).toBe(3)
  slots.leave()
  await waiting[0]
  expect(order).toEqual([1])
  slots.leave()
  slots.leave()
  await Promise.all(waiting)
  expect(order).toEqual([1, 2, 3])
  expect(slots.waitingCount).toBe(0)
  slots.leave()
  await slots.enter()
})
