import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FaultRule, faultSteps, networkFaults, simultaneousStart } from '../core/fault.ts'
import type { ClientIndex, Plan } from '../core/plan.ts'
import type { Group, Scenario } from '../core/scenario.ts'
import { planRun } from './plan-run.ts'

const group = (name: string, clients: number, arriveOverMs = 0): Group => ({
  name,
  system: 'echo',
  target: 'echo',
  load: { model: 'closed', clients, iterations: 1, thinkTimeMs: 0, arriveOverMs, reconnect: false },
  startAfterMs: 0,
  witness: false,
  params: {},
})

const rule = (rest: Partial<FaultRule>): FaultRule => ({
  kind: 'reset',
  groups: ['a'],
  clients: { share: 1 },
  fromMs: 1000,
  untilMs: 3000,
  lastsMs: 0,
  bytesPerSecond: 0,
  ...rest,
})

const plan = (faults: readonly FaultRule[], seed = 7, groups = [group('a', 10), group('b', 5)]): Plan => {
  const scenario: Scenario = {
    name: 'test',
    seed,
    targets: [],
    groups,
    pressure: [],
    faults,
    floors: {},
    maxDurationMs: 10_000,
  }
  return planRun(scenario, 'run')
}

const strikesOf = (of: Plan) => of.arrivals().flatMap(({ client }) => of.faultsOf(client)?.strikes ?? [])

const anyRule: fc.Arbitrary<FaultRule> = fc
  .record({
    kind: fc.constantFrom(...networkFaults, ...faultSteps, simultaneousStart),
    groups: fc.subarray(['a', 'b'], { minLength: 1 }),
    clients: fc.oneof(
      fc.record({ share: fc.double({ min: 0.01, max: 1, noNaN: true }) }),
      fc.record({ count: fc.integer({ min: 1, max: 20 }) }),
    ),
    fromMs: fc.integer({ min: 0, max: 2000 }),
    spanMs: fc.integer({ min: 0, max: 2000 }),
    everyMs: fc.option(fc.integer({ min: 50, max: 2000 }), { nil: undefined }),
  })
  .map(({ spanMs, everyMs, ...rest }) =>
    rule({ ...rest, untilMs: rest.fromMs + spanMs, ...(everyMs !== undefined && { everyMs }) }),
  )

describe('planned faults', () => {
  it('are a pure function of the scenario, whatever number of threads share the clients', () => {
    const groups = [group('a', 10, 500), group('b', 5, 2000)]
    fc.assert(
      fc.property(
        fc.array(anyRule, { maxLength: 5 }),
        fc.nat(),
        fc.integer({ min: 1, max: 8 }),
        (rules, seed, count) => {
          const whole = plan(rules, seed, groups)
          const all = whole.arrivals().map(({ client }) => [client, whole.faultsOf(client)])
          const shared = Array.from({ length: count }, (_, index) => {
            const again = plan(rules, seed, groups)
            return again.arrivals({ index, count }).map(({ client }) => [client, again.faultsOf(client)] as const)
          })
          const byClient = (a: readonly unknown[], b: readonly unknown[]) => (a[0] as number) - (b[0] as number)
          expect(shared.flat().toSorted(byClient)).toEqual(all.toSorted(byClient))
        },
      ),
    )
  })

  it('strike within their span, and nobody who has not arrived', () => {
    const groups = [group('a', 10, 500), group('b', 5, 2000)]
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 5 }), fc.nat(), (rules, seed) => {
        const planned = plan(rules, seed, groups)
        const arrivals = new Map(planned.arrivals().map((arrival) => [arrival.client, arrival.scheduledAtMs]))
        for (const { client, atMs, rule: index } of strikesOf(planned)) {
          const { fromMs, untilMs } = rules[index] as FaultRule
          expect(atMs).toBeGreaterThanOrEqual(Math.max(fromMs, arrivals.get(client) as number))
          expect(atMs).toBeLessThanOrEqual(untilMs)
        }
      }),
    )
  })

  it.each([
    [{ share: 0.2 }, 2],
    [{ share: 0.01 }, 1],
    [{ share: 1 }, 10],
    [{ count: 3 }, 3],
    [{ count: 99 }, 10],
  ])('of %j concern %i of ten clients, and others with another seed', (clients, expected) => {
    const concerned = (seed: number) => {
      const planned = plan([rule({ clients })], seed)
      return planned.arrivals().flatMap(({ client }) => (planned.faultsOf(client) ? [client] : []))
    }
    expect(concerned(1)).toHaveLength(expected)
    const draws = new Set(Array.from({ length: 10 }, (_, seed) => concerned(seed).join()))
    expect(draws.size > 1).toBe(expected < 10)
  })

  it('come again and again, each client in its own time, but in a storm all at once', () => {
    const often = { everyMs: 500 }
    const reset = strikesOf(plan([rule(often)]))
    expect(new Set(reset.map(({ atMs }) => atMs)).size).toBe(reset.length)
    expect(reset.length).toBe(40)
    const storm = strikesOf(plan([rule({ ...often, kind: 'reconnect-storm' })]))
    expect([storm.length, new Set(storm.map(({ atMs }) => atMs)).size]).toEqual([40, 4])
  })

  it('strike a client in order of time, and leave the others alone', () => {
    const planned = plan([
      rule({ everyMs: 300 }),
      rule({ kind: 'cancel', everyMs: 200 }),
      rule({ kind: 'brief-visit' }),
    ])
    const { strikes = [], steps } = planned.faultsOf(0 as ClientIndex) ?? {}
    expect(strikes.map(({ atMs }) => atMs)).toEqual(strikes.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
    expect(steps).toEqual([{ rule: 2, step: 'brief-visit' }])
    expect(planned.faultsOf(12 as ClientIndex)).toBeUndefined()
  })
})
