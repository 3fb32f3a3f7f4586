import { expect, it } from 'vitest'
import type { Checker, Invariant, Violation } from '../core/check.ts'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { mergeConclusions, runCheckers } from './run-checkers.ts'

const quiet: Invariant = { name: 'quiet', kind: 'isolation', sentence: 'A client receives nothing.' }
const brittle: Invariant = { name: 'brittle', kind: 'liveness', sentence: 'A client is served.' }
const delivery = (client: number, value: string, atMs = 1): RunEvent => ({
  type: 'delivery',
  client: client as ClientIndex,
  connection: 1,
  atMs,
  channel: 'news',
  value,
})

function checkQuiet(client: ClientIndex): Checker {
  const violations: Violation[] = []
  return {
    invariant: quiet,
    observe: ({ atMs }) =>
      violations.push({
        invariant: 'quiet',
        kind: 'isolation',
        class: 'leaked',
        recipient: client,
        atMs,
        connection: 1,
        message: 'heard',
      }),
    conclude: () => ({
      examined: violations.length,
      undecidable: 1,
      violations,
      coverage: { heard: 1 },
      issuedIds: [`id-${client}`],
    }),
  }
}

const checkBrittle = (_: ClientIndex): Checker => ({
  invariant: brittle,
  observe: (event) => {
    if (event.type === 'delivery' && event.value === 'bomb')
      throw Object.assign(new Error('boom'), { stack: 'Error: boom' })
  },
  conclude: () => ({ examined: 1, undecidable: 0, violations: [] }),
})

const run = (events: readonly RunEvent[]) => {
  const checkers = runCheckers((client) => ({ group: 'all', checkers: [checkQuiet(client), checkBrittle(client)] }))
  for (const event of events) checkers.observe(event)
  return checkers.conclude()
}

it('each client is judged by its own events', () => {
  const { violations, invariants } = run([delivery(2, 'x'), delivery(1, 'y'), delivery(2, 'z')])
  expect(violations.map(({ recipient }) => recipient)).toEqual([1, 2, 2])
  expect(invariants).toMatchObject([
    { ...brittle, group: 'all', examined: 2, violations: 0 },
    { ...quiet, group: 'all', examined: 3, undecidable: 2, violations: 3 },
  ])
})

it('a checker that throws concludes nothing, is reported, and disturbs nobody', () => {
  const { crashes, invariants } = run([delivery(1, 'bomb'), delivery(1, 'after'), delivery(2, 'x')])
  expect(crashes).toMatchObject([{ client: 1, invariant: 'brittle', stack: expect.stringContaining('boom') }])
  expect(invariants).toMatchObject([
    { ...brittle, examined: 1 },
    { ...quiet, violations: 3 },
  ])
})

it('checkers that throw when they are made or when they conclude are reported', () => {
  const made = runCheckers(() => {
    throw new Error('no')
  })
  made.observe(delivery(1, 'x'))
  expect(made.conclude().crashes).toMatchObject([{ client: 1 }])
  const concluding = runCheckers((client) => {
    const conclude = () => {
      throw new Error('late')
    }
    return { group: 'all', checkers: [{ ...checkBrittle(client), conclude }] }
  })
  concluding.observe(delivery(1, 'x'))
  expect(concluding.conclude().crashes).toMatchObject([{ client: 1, invariant: 'brittle' }])
})

it('each group has its own counts', () => {
  const checkers = runCheckers((client) => ({ group: client < 2 ? 'few' : 'rest', checkers: [checkQuiet(client)] }))
  for (const client of [1, 2, 3]) checkers.observe(delivery(client, 'x'))
  expect(checkers.conclude().invariants).toMatchObject([
    { group: 'few', name: 'quiet', examined: 1 },
    { group: 'rest', name: 'quiet', examined: 2 },
  ])
})

it('when an invariant was first violated is told, over all clients', () => {
  const { invariants } = run([delivery(1, 'x', 7), delivery(1, 'y', 9), delivery(2, 'z', 8)])
  expect(invariants.map(({ firstViolationMs }) => firstViolationMs)).toEqual([undefined, 7])
})

it('a client that was dropped has no checkers', () => {
  expect(run([{ type: 'dropped', client: 3 as ClientIndex, atMs: 0, reason: 'limit' }]).invariants).toEqual([])
})

it('the conclusions of parts of the clients merge to those of all, in any order, also through JSON', () => {
  const events = [delivery(3, 'a'), delivery(1, 'bomb'), delivery(2, 'b'), delivery(3, 'c')]
  const parts = [1, 2, 3].map((client) => run(events.filter((event) => event.client === client)))
  const whole = run(events)
  expect(mergeConclusions(JSON.parse(JSON.stringify(parts)))).toEqual(whole)
  expect(mergeConclusions([...parts].reverse())).toEqual(whole)
  expect(whole.issuedIds.map(({ ids }) => ids)).toEqual([['id-1'], ['id-2'], ['id-3']])
  expect(whole.coverage).toEqual({ heard: 3 })
})
