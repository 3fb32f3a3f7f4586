import { describe, expect, it } from 'vitest'
import { replayParamsOf } from '../../../../test/support/replay/test-viewer.ts'
import { marketFormulas } from '../params/market-formulas.ts'
import type { SnapshotJson } from '../wire/snapshot.ts'
import { type Follower, moveTo, ViewedSession } from './viewed-session.ts'

/** What a session has sent: the best bid grows, so that the order flow is that of its predecessor. */
const snapshotAt = (seq: number, ofi = seq === 0 ? 0 : 10 + seq): SnapshotJson => ({
  timestamp: 1_700_000_000_000 + seq * 250,
  bids: [[100 + seq, 10 + seq]],
  asks: [[200, 20]],
  ofi,
  mode: 'REPLAY',
  symbol: 'BTCUSD',
  session_id: 'mine',
  seq,
})

class Stream implements Follower {
  position: Follower['position']
  private readonly session: ViewedSession

  constructor(session: ViewedSession) {
    this.session = session
  }

  join(...seqs: readonly number[]) {
    const snapshots = seqs.map((seq) => snapshotAt(seq))
    const history = this.session.join(this, { snapshots, sessionId: 'mine', formulas: marketFormulas.name })
    const last = history?.snapshots.at(-1)
    if (last) this.position = moveTo(undefined, last)
    return history?.snapshots ?? []
  }

  take(snapshot: SnapshotJson) {
    const value = this.session.take(this, snapshot)
    if (value) this.position = moveTo(undefined, value)
    return value
  }
}

function sessionWith(count: number) {
  const session = new ViewedSession(0, replayParamsOf({}))
  session.id = 'mine'
  return { session, streams: Array.from({ length: count }, () => new Stream(session)) as [Stream, Stream, Stream] }
}

const fieldsOf = (value: { differences?: readonly { field: string }[] } | undefined) =>
  value?.differences?.map(({ field }) => field)

describe('a viewed session', () => {
  it('computes anew what each snapshot says', () => {
    const { streams } = sessionWith(1)
    streams[0].join()
    expect(streams[0].take(snapshotAt(0))).toMatchObject({ compared: expect.any(Number) })
    expect(fieldsOf(streams[0].take(snapshotAt(1)))).toBeUndefined()
    expect(fieldsOf(streams[0].take(snapshotAt(2, 99)))).toEqual(['ofi'])
  })

  it('computes a history, too', () => {
    const { streams } = sessionWith(1)
    const values = streams[0].join(0, 1, 2)
    expect(values.map((value) => value.compared !== undefined)).toEqual([true, true, true])
    expect(fieldsOf(streams[0].take(snapshotAt(3)))).toBeUndefined()
    expect(fieldsOf(streams[0].take(snapshotAt(4, 0)))).toEqual(['ofi'])
  })

  it('follows each snapshot once, on whichever of several streams it comes', () => {
    const { session, streams } = sessionWith(2)
    const [old, young] = streams
    old.join(0)
    expect(young.join(0)[0]).not.toHaveProperty('compared')
    for (const seq of [1, 2]) {
      expect(old.take(snapshotAt(seq))).toHaveProperty('compared')
      expect(young.take(snapshotAt(seq))).not.toHaveProperty('compared')
    }
    session.leave(old)
    expect(fieldsOf(young.take(snapshotAt(3, 0)))).toEqual(['ofi'])
  })

  it('begins anew where the stream that takes over is not at the same place', () => {
    const { session, streams } = sessionWith(2)
    const [old, young] = streams
    old.join(0)
    young.join(0)
    old.take(snapshotAt(1))
    old.take(snapshotAt(2))
    young.take(snapshotAt(1))
    session.leave(old)
    // Of what came before the first that it follows now nothing is known: its flow cannot be judged.
    expect(fieldsOf(young.take(snapshotAt(2, 99)))).toBeUndefined()
    expect(fieldsOf(young.take(snapshotAt(3, 99)))).toEqual(['ofi'])
  })

  it('goes on with what a history has that was not seen before, and knows nothing of what lies before that', () => {
    const { session, streams } = sessionWith(2)
    streams[0].join(0)
    streams[0].take(snapshotAt(1))
    session.leave(streams[0])
    const values = streams[1].join(0, 1, 2)
    expect(values.map((value) => value.compared !== undefined)).toEqual([false, false, false])
    expect(fieldsOf(streams[1].take(snapshotAt(3, 0)))).toEqual(['ofi'])
  })

  it('does not follow what is another’s', () => {
    const { session, streams } = sessionWith(1)
    streams[0].join(0)
    expect(streams[0].take({ ...snapshotAt(1), session_id: 'theirs' })).toMatchObject({ foreignSession: 'theirs' })
    expect(session.tellName('mine')).toEqual({ own: true })
    expect(session.tellName('theirs')).toEqual({ foreignSession: 'theirs' })
    expect(fieldsOf(streams[0].take(snapshotAt(1)))).toBeUndefined()
  })

  it('has no history where one of its snapshots is none', () => {
    const { session, streams } = sessionWith(1)
    const snapshots = [snapshotAt(0), { ...snapshotAt(1), timestamp: 'never' }]
    expect(session.join(streams[0], { snapshots, sessionId: 'mine', formulas: undefined })).toBeUndefined()
  })
})

describe('the cursor of a server', () => {
  const mine = () => new ViewedSession(0, replayParamsOf({}))

  it('is that of the next snapshot where the first one to come stands there', () => {
    const session = mine()
    session.standsAt(1_700_000_000_000)
    new Stream(session).take(snapshotAt(0))
    expect(session.cursorIsNext).toBe(true)
  })

  it('is that of the last one where the first one to come stands behind it', () => {
    const session = mine()
    session.standsAt(1_700_000_000_000)
    new Stream(session).take(snapshotAt(1))
    expect(session.cursorIsNext).toBe(false)
  })
})
