import { describe, expect, it } from 'vitest'
import type { Checker } from '../core/check.ts'
import type { CloseReason } from '../core/close-reason.ts'
import type { Mark, MarkOwner, RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createStrayBytesChecker } from './no-stray-bytes.ts'
import { createOwnershipChecker } from './ownership.ts'
import { createWitnessChecker } from './witness-silent.ts'

const client = 7 as ClientIndex
const at = (atMs: number) => ({ client, connection: 1, atMs })
const opened: RunEvent = { ...at(0), type: 'opened', role: 'main', epoch: 0 }
const closed = (bytesIn: number, reason: CloseReason = 'ended'): RunEvent => ({
  ...at(90),
  type: 'closed',
  reason,
  bytesIn,
})
const unreachable: RunEvent = { ...at(90), type: 'closed', reason: 'refused', bytesIn: 0 }
const connecting: RunEvent = {
  ...at(1),
  type: 'completion',
  operation: 'connect',
  operationId: 1,
  outcome: 'ok',
  value: null,
}
const refused: RunEvent = { ...connecting, outcome: 'failed', errorCode: 'max-clients', value: 'full' }
const answered: RunEvent = { ...connecting, operation: 'query', value: { rows: 3 } }
const delivered: RunEvent = { ...at(5), type: 'delivery', channel: 'results', value: { rows: 3 } }
const stray: RunEvent = { ...at(6), type: 'stray-bytes', bytes: 2, excerpt: '0a0a' }
const mark = (owner: MarkOwner): Mark => ({ kind: 'payload', owner, epoch: 0, sequence: 3, offset: 40 })
const marks = (own: number, ...foreign: MarkOwner[]): RunEvent => ({
  ...at(5),
  type: 'marks',
  bytes: 100,
  deepBytes: 60,
  decodedBytes: 0,
  own,
  foreign: foreign.map(mark),
})

function judge(checker: Checker, ...events: RunEvent[]) {
  for (const event of events) checker.observe?.(event)
  return checker.conclude()
}

describe('ownership', () => {
  const conclude = (...events: RunEvent[]) => judge(createOwnershipChecker(client), ...events)

  it('examines nothing where there was no marker', () => {
    expect(conclude(opened, marks(0), closed(100))).toMatchObject({
      examined: 0,
      violations: [],
      coverage: { bytesScanned: 100, bytesDeepScanned: 60 },
    })
  })

  it('holds when all markers are own', () => {
    expect(conclude(marks(3), marks(4))).toMatchObject({
      examined: 7,
      violations: [],
      coverage: { bytesScanned: 200, ownMarkers: 7 },
    })
  })

  it('names owner, recipient, connection and proof of a foreign marker', () => {
    const { examined, violations } = conclude(marks(1, 12 as ClientIndex))
    expect(examined).toBe(2)
    expect(violations).toMatchObject([
      {
        class: 'foreign',
        recipient: 7,
        owner: 12,
        connection: 1,
        atMs: 5,
        cause: { clients: [12], proof: 'marker' },
        received: { sequence: 3, offset: 40 },
      },
    ])
  })

  it('tells apart what is of another run, altered, or of an earlier identity', () => {
    const { violations } = conclude(marks(0, 'orphan', 'corrupt', client))
    expect(violations.map(({ class: type, owner }) => [type, owner])).toEqual([
      ['orphan', undefined],
      ['corrupt', undefined],
      ['stale-epoch', 7],
    ])
  })

  it('counts a flood without keeping it', () => {
    const flood = Array.from({ length: 1000 }, () => marks(0, 12 as ClientIndex))
    const { violations } = conclude(...flood)
    expect(violations.length).toBeLessThan(10)
    expect(violations.reduce((sum, { count }) => sum + (count ?? 1), 0)).toBe(1000)
  })
})

describe('no-stray-bytes', () => {
  it('examines each connection and is violated by bytes that nothing explains', () => {
    expect(judge(createStrayBytesChecker(client), opened, closed(0))).toMatchObject({ examined: 1, violations: [] })
    expect(judge(createStrayBytesChecker(client), opened, unreachable)).toMatchObject({ examined: 0 })
    expect(judge(createStrayBytesChecker(client), opened, stray).violations).toMatchObject([{ received: '0a0a' }])
  })
})

describe('witness-silent', () => {
  const conclude = (...events: RunEvent[]) => judge(createWitnessChecker(client), ...events)

  it('holds for a witness that connects, hears nothing and leaves', () => {
    expect(conclude(opened, connecting, closed(20))).toEqual({
      examined: 1,
      undecidable: 0,
      violations: [],
      coverage: { witnessedMs: 90 },
    })
  })

  it('examines nothing where the witness could not connect', () => {
    expect(conclude(opened, unreachable)).toMatchObject({ examined: 0, violations: [], coverage: { witnessedMs: 0 } })
  })

  it('holds for a witness whose connection ends before it stands, which is told after the end', () => {
    const invoked = {
      type: 'invocation',
      client,
      connection: 1,
      atMs: 12,
      operation: 'connect',
      operationId: 1,
    } as const
    const started: RunEvent = { ...invoked, scheduledAtMs: 12, value: null }
    expect(conclude(opened, started, closed(239)).violations).toEqual([])
    const done: RunEvent = { ...invoked, type: 'completion', outcome: 'indeterminate', value: null }
    expect(conclude(opened, started, closed(239), done).violations).toEqual([])
  })

  it('holds for a witness that is refused', () => expect(conclude(opened, refused, closed(20)).violations).toEqual([]))

  it('holds for a witness that is told that it was idle for too long, and is violated by more than that', () => {
    expect(conclude(opened, connecting, closed(52, 'idle-limit')).violations).toEqual([])
    expect(conclude(opened, connecting, stray, closed(54, 'idle-limit')).violations).toHaveLength(1)
  })

  it.each([
    ['a delivery', delivered],
    ['an answer with a value', answered],
    ['stray bytes', stray],
  ])('is violated once by %s', (_, event) =>
    expect(conclude(opened, event, closed(20)).violations).toMatchObject([{ class: 'leaked', recipient: 7 }]),
  )

  it('is violated by bytes that no event explains', () => {
    expect(conclude(opened, closed(20)).violations).toMatchObject([{ message: expect.stringContaining('20 bytes') }])
  })
})
