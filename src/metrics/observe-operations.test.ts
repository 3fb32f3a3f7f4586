import { describe, expect, it } from 'vitest'
import type { Outcome, RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { accountForOperations } from './accounting.ts'
import { liveQuantileMs } from './live-histogram.ts'
import { mergeLive } from './live-operations.ts'
import { observeOperations } from './observe-operations.ts'
import { mergeOperations, reportOperation } from './operation-metrics.ts'

const groupOf = (client: ClientIndex) => (client < 10 ? 'few' : 'rest')
const sent = (client: number, operationId: number, atMs: number, scheduledAtMs = atMs): RunEvent => ({
  type: 'invocation',
  client: client as ClientIndex,
  connection: 1,
  operation: 'ask',
  operationId,
  atMs,
  scheduledAtMs,
  value: null,
})
const ended = (client: number, operationId: number, atMs: number, outcome: Outcome, errorCode?: string): RunEvent => ({
  type: 'completion',
  client: client as ClientIndex,
  connection: 1,
  operation: 'ask',
  operationId,
  atMs,
  outcome,
  value: null,
  ...(errorCode && { errorCode }),
})

const observed = (events: readonly RunEvent[]) => {
  const observer = observeOperations(groupOf)
  for (const event of events) observer.observe(event)
  return observer
}
const report = (...events: RunEvent[]) => observed(events).conclude().map(reportOperation)

describe('operations', () => {
  it('have a service time from their invocation and a response time from their schedule', () => {
    const [ask] = report(sent(1, 1, 100, 40), ended(1, 1, 110, 'ok'))
    expect([ask?.service.max, ask?.response.max]).toEqual([10, 70])
  })

  it('that were refused or denied are counted with their codes and do not flatter the times', () => {
    const [ask] = report(
      sent(1, 1, 0),
      ended(1, 1, 50, 'ok'),
      sent(1, 2, 50),
      ended(1, 2, 51, 'failed', 'bad-frame'),
      sent(1, 3, 51),
      ended(1, 3, 52, 'limited', 'full'),
    )
    expect(ask).toMatchObject({ sent: 3, ok: 1, failed: 1, limited: 1, errorCodes: { 'bad-frame': 1, full: 1 } })
    expect(ask?.service).toMatchObject({ n: 1, p50: 50 })
  })

  it('that got no answer count with the time until they were given up, as a lower bound', () => {
    const [ask] = report(sent(1, 1, 0), ended(1, 1, 10, 'ok'), sent(1, 2, 10), ended(1, 2, 5010, 'indeterminate'))
    expect(ask?.service).toMatchObject({ n: 2, max: 5000, lowerBoundFromMs: 5000 })
  })

  it('of the same number are told apart by client', () => {
    const [ask] = report(sent(1, 1, 0), sent(2, 1, 0), ended(2, 1, 30, 'ok'), ended(1, 1, 10, 'ok'))
    expect(ask?.medianClientMs).toBeCloseTo(10, 1)
    expect(ask?.worstClientMs).toBe(30)
  })

  it('add up: sent is what ended and what is in flight', () => {
    const operations = report(sent(1, 1, 0), ended(1, 1, 1, 'ok'), sent(1, 2, 1), sent(11, 1, 1))
    expect(operations.map(({ group, inFlight }) => [group, inFlight])).toEqual([
      ['few', 1],
      ['rest', 1],
    ])
    expect(accountForOperations(operations)).toMatchObject({ total: 3, parts: { ok: 1, inFlight: 2 }, holds: true })
  })

  it('that end without having been sent break the account', () => {
    expect(accountForOperations(report(ended(1, 1, 1, 'ok')))).toMatchObject({ total: 0, holds: false })
  })

  it('of parts of the clients merge to those of all, also through JSON', () => {
    const events = [1, 2, 11, 12].flatMap((client) => [
      sent(client, 1, client),
      ended(client, 1, 3.21 * client, client === 2 ? 'indeterminate' : 'ok'),
      sent(client, 2, 40),
      ended(client, 2, 41, 'failed', `code-${client}`),
      sent(client, 3, 50),
    ])
    const parts = [2, 11, 1, 12].map((client) => observed(events.filter((event) => event.client === client)).conclude())
    expect(mergeOperations(JSON.parse(JSON.stringify(parts)))).toEqual(observed(events).conclude())
  })

  it('can be watched while they run, over several threads', () => {
    const one = observed([sent(1, 1, 0), ended(1, 1, 8, 'ok'), sent(1, 2, 8)])
    const other = observed([sent(2, 1, 0), ended(2, 1, 100, 'ok'), sent(11, 1, 0)])
    const [few, rest] = mergeLive([one.snapshot(), other.snapshot()])
    expect(few).toMatchObject({ group: 'few', counts: { sent: 3, ok: 2 } })
    expect(few && liveQuantileMs(few.response, 0.5)).toBeCloseTo(8, 0)
    expect(rest).toMatchObject({ group: 'rest', counts: { sent: 1, ok: 0 } })
  })

  describe('of a client that a fault of the run has struck', () => {
    const struck = (client: number, atMs: number, connection = 1, fault = 'reset'): RunEvent => {
      return { type: 'fault', client: client as ClientIndex, connection, atMs, fault, value: { rule: 0 } }
    }
    const on = (connection: number, event: RunEvent) => ({ ...event, connection }) as RunEvent
    const count = (...events: RunEvent[]) =>
      Object.fromEntries(
        report(...events).map(({ underFault, ok, indeterminate }) => [underFault, { ok, indeterminate }]),
      )

    it('are a series of their own when they were under way', () => {
      const events = [sent(1, 1, 0), sent(2, 1, 0), struck(1, 5), ended(1, 1, 6, 'indeterminate'), ended(2, 1, 7, 'ok')]
      expect(count(...events)).toEqual({ false: { ok: 1, indeterminate: 0 }, true: { ok: 0, indeterminate: 1 } })
      expect(accountForOperations(report(...events))).toMatchObject({ total: 2, holds: true })
    })

    it('stay there on a connection that was struck, and on others until one has ended well', () => {
      const counts = count(
        sent(1, 1, 0),
        ended(1, 1, 1, 'ok'),
        struck(1, 5, 1, 'slow-reader'),
        on(2, sent(1, 2, 6)),
        on(2, ended(1, 2, 7, 'ok')),
        on(2, sent(1, 3, 8)),
        on(2, ended(1, 3, 9, 'ok')),
        sent(1, 4, 10),
        ended(1, 4, 11, 'ok'),
      )
      expect(counts).toEqual({ false: { ok: 2, indeterminate: 0 }, true: { ok: 2, indeterminate: 0 } })
    })

    it('are as all others where it did by itself what the event tells of', () => {
      const counts = count(sent(1, 1, 0), struck(1, 1, 1, 'local-wait'), ended(1, 1, 2, 'ok'))
      expect(counts).toEqual({ false: { ok: 1, indeterminate: 0 } })
    })

    it('do not show in progress as failed', () => {
      const [live] = observed([sent(1, 1, 0), struck(1, 1), ended(1, 1, 2, 'indeterminate')]).snapshot()
      expect(live?.counts).toMatchObject({ sent: 1, indeterminate: 0 })
    })
  })
})
