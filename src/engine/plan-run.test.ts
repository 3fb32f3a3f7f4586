import { expect, it } from 'vitest'
import type { Group, LoadModel, Scenario } from '../core/scenario.ts'
import { planRun } from './plan-run.ts'

const closed = (clients: number): LoadModel => ({
  model: 'closed',
  clients,
  iterations: 1,
  thinkTimeMs: 0,
  arriveOverMs: 100,
  reconnect: false,
})
const group = (name: string, load: LoadModel, startAfterMs = 0): Group => ({
  name,
  system: 'echo',
  target: 'echo',
  load,
  startAfterMs,
  witness: false,
  params: {},
})
const scenario = (...groups: Group[]): Scenario => ({
  name: 'test',
  seed: 7,
  targets: [],
  groups,
  pressure: [],
  faults: [],
  floors: {},
  maxDurationMs: 1000,
})

it('numbers clients group by group and orders arrivals by time', () => {
  const plan = planRun(scenario(group('late', closed(2), 500), group('early', closed(2))), 'r')
  expect(plan.arrivals().map(({ client, group, scheduledAtMs }) => [client, group, scheduledAtMs])).toEqual([
    [2, 'early', 0],
    [3, 'early', 50],
    [0, 'late', 500],
    [1, 'late', 550],
  ])
})

it('is the same for the same scenario and run id, and gives each client a seed of its own', () => {
  const once = planRun(scenario(group('a', closed(50))), 'r').arrivals()
  expect(planRun(scenario(group('a', closed(50))), 'r').arrivals()).toEqual(once)
  expect(new Set(once.map(({ seed }) => seed)).size).toBe(50)
})

it('shards divide the arrivals among themselves without loss or repeat', () => {
  const plan = planRun(scenario(group('a', closed(10)), group('b', closed(7))), 'r')
  const shards = [0, 1, 2].flatMap((index) => plan.arrivals({ index, count: 3 }))
  expect(shards.map(({ client }) => client).sort((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, i) => i))
})

it('lets only some take part, as those who they are among all, and the first of them at once', () => {
  const whole = scenario(group('late', closed(2), 500), group('early', closed(2)))
  const all = planRun(whole, 'r').arrivals()
  const some = planRun({ ...whole, only: [1, 0] }, 'r').arrivals()
  const ofAll = all.filter(({ client }) => client < 2)
  expect(some).toEqual(ofAll.map((arrival) => ({ ...arrival, scheduledAtMs: arrival.scheduledAtMs - 500 })))
})

it('refuses more clients than markers can tell apart', () => {
  expect(() => planRun(scenario(group('a', closed(2 ** 20 + 1))), 'r')).toThrow('markers can tell 1048576 apart')
})
