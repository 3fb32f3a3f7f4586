import { expect, it } from 'vitest'
import type { ClosedLoad } from '../core/scenario.ts'
import { scheduleClosed } from './schedule-closed.ts'

const closedLoad = (clients: number, arriveOverMs: number): ClosedLoad => ({
  model: 'closed',
  clients,
  arriveOverMs,
  iterations: 1,
  thinkTimeMs: 0,
  reconnect: false,
})

it('clients of a closed group arrive together by default', () => {
  expect(scheduleClosed(closedLoad(3, 0), 250)).toEqual([250, 250, 250])
})

it('clients of a closed group arrive evenly spread over the stated time', () => {
  expect(scheduleClosed(closedLoad(4, 2000), 100)).toEqual([100, 600, 1100, 1600])
})
