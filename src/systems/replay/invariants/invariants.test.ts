import { describe, expect, it } from 'vitest'
import { planViewer, snapshotOf, timeOf, ViewerHistory } from '../../../../test/support/replay/viewer-history.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { traceOf } from '../workload/order-traces.ts'
import { findCause } from './find-cause.ts'
import { inspectTarget } from './streams-freed.ts'

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const playing = { state: 'PLAYING', speed: 1, mode: 'REPLAY', symbol: 'BTCUSD' } as const
const at = (seq: number) => ({ cursorMs: timeOf(seq) })
/** The server says where its data end. */
const ending = { endMs: timeOf(1000) }

/** A session that plays at speed 1, of which the snapshots 0 to `last` have come. */
const started = (last: number) => new ViewerHistory().begin().ask('start', null, playing).get(range(0, last))

describe('a viewer that gets what its own actions lead to', () => {
  it('is found faultless, whatever it does', () => {
    const history = started(7)
      .ask('pause', null, { ...playing, state: 'PAUSED', ...at(7) })
      .wait(1000)
      .ask('look', null, { ...playing, state: 'PAUSED', ...at(7) })
      .ask('resume', null, { ...playing, ...at(7) })
      .get(range(8, 11))
      .ask('speed', { speed: 4 }, { ...playing, speed: 4, ...at(11) })
      .get(range(12, 30), {}, 62)
      .ask('go-back', { seconds: 5 }, { ...playing, speed: 4, ...at(10) })
      .get([31, 32], {}, 10)
      .get(range(11, 20), {}, 62)
      .ask('mode', { mode: 'REPLAY', symbol: 'ETHUSD' }, { ...playing, speed: 4, symbol: 'ETHUSD', ...at(20) })
      .get([21], {}, 5)
      .get(range(22, 24), { symbol: 'ETHUSD' }, 62)
      .ask('stop', null, { ...playing, state: 'STOPPED', speed: 4, symbol: 'ETHUSD' })
      .ask('delete', null, {})
      .ask('look-gone', null, { refused: 'Session not found' })
    expect(history.violations()).toEqual([])
    const judged = history.judge()
    for (const name of ['session-own', 'controls-own', 'stream-continuous', 'rate-own', 'mode-own', 'symbol-own']) {
      expect([name, judged[name]?.examined]).toEqual([name, expect.toSatisfy((examined) => examined > 0)])
    }
  })

  it('has examined nothing where nothing came', () => {
    const judged = new ViewerHistory().judge()
    expect(Object.values(judged).map(({ examined }) => examined)).toEqual(Object.values(judged).map(() => 0))
  })
})

describe('controls-own', () => {
  it('turns red where a session is paused that nobody paused', () => {
    const [violation, ...others] = started(3)
      .ask('look', null, { ...playing, state: 'PAUSED', ...at(3), ...ending })
      .listViolations()
    expect(others).toEqual([])
    expect(violation).toMatchObject({
      invariant: 'controls-own',
      message: 'client 3 is PAUSED after its own controls had left it PLAYING',
      traces: { whats: ['paused'], isSignature: false },
    })
  })

  it('tells a leak of the state once, and believes the server from then on', () => {
    const paused = { ...playing, state: 'PAUSED', ...at(3), ...ending }
    expect(started(3).ask('look', null, paused).ask('look', null, paused).violations()).toHaveLength(1)
  })

  it('lets come what was sent before the pause, however late, and nothing from behind it', () => {
    const paused = started(3).ask('pause', null, { ...playing, state: 'PAUSED', ...at(5) })
    expect(paused.wait(9000).get([4, 5], {}, 0).violations()).toEqual([])
    expect(paused.get([6]).violations()).toEqual(['controls-own: client 3 received a snapshot beyond its own pause'])
  })

  it('goes by the settling time after a pause whose answer tells no cursor', () => {
    const paused = () => started(3).ask('pause', null, {})
    expect(paused().get([4], {}, 1999).violations()).toEqual([])
    expect(paused().get([4], {}, 2001).violations()).toEqual([
      'controls-own: client 3 received a snapshot beyond its own pause',
    ])
  })

  it('turns red where a stream begins that nobody started, unless servers of this kind do that', () => {
    const history = new ViewerHistory().begin().get([0])
    expect(history.violations()).toEqual([expect.stringContaining('received a snapshot before it had started')])
    const begun = new ViewerHistory().begin({ state: 'PLAYING' }).get([0])
    expect(begun.violations({ autoplay: true })).toEqual([])
  })

  it('turns red where the cursor is before what has come', () => {
    const history = started(9).ask('look', null, { ...playing, ...at(4), ...ending })
    expect(history.violations()).toEqual([
      'controls-own: client 3 is at a cursor before the last snapshot that it received, without having gone back',
    ])
  })

  it('says nothing of a cursor while what was sent before an own step back still comes', () => {
    const history = started(9)
      .ask('go-back', { seconds: 1 }, { ...playing, ...at(6) })
      .get([10, 11], {}, 1)
      .ask('look', null, { ...playing, ...at(8) })
    expect(history.violations()).toEqual([])
  })

  it('holds two states for possible after a control to which no answer came', () => {
    const doubtful = () => started(3).ask('pause', null, null, 'answer-timeout')
    expect(
      doubtful()
        .ask('look', null, { ...playing, ...at(9) })
        .violations(),
    ).toEqual([])
    expect(
      doubtful()
        .ask('look', null, { ...playing, state: 'PAUSED', ...at(3) })
        .violations(),
    ).toEqual([])
    expect(
      doubtful()
        .ask('look', null, { ...playing, state: 'STOPPED', ...at(3), endMs: timeOf(99) })
        .violations(),
    ).toHaveLength(1)
  })

  it('leaves the state as it was after a control that was refused', () => {
    const refused = () => started(3).ask('pause', null, { refused: 'no' }, 'refused')
    expect(
      refused()
        .ask('look', null, { ...playing, ...at(3) })
        .violations(),
    ).toEqual([])
    expect(
      refused()
        .ask('look', null, { ...playing, state: 'PAUSED', ...at(3), ...ending })
        .violations(),
    ).toHaveLength(1)
  })

  it('takes a stop for the end of the data where the server says that they end there', () => {
    const stopped = (endMs: number) =>
      started(3)
        .ask('look', null, { ...playing, state: 'STOPPED', ...at(3), endMs })
        .violations()
    expect(stopped(timeOf(3))).toEqual([])
    expect(stopped(timeOf(4))).toEqual(['controls-own: client 3 is STOPPED after its own controls had left it PLAYING'])
  })

  it('leaves open whether a stop was the end of the data, until more of them comes', () => {
    const stopped = () => started(3).ask('look', null, { ...playing, state: 'STOPPED', ...at(3) })
    expect(stopped().judge()['controls-own']).toMatchObject({ violations: [], undecidable: 1 })
    const goesOn = stopped().ask('start', null, playing).get([4])
    expect(goesOn.violations()).toEqual([
      'controls-own: client 3 is STOPPED after its own controls had left it PLAYING',
    ])
  })
})

describe('stream-continuous', () => {
  it.each([
    ['a gap', [4, 7], 'did not get 2 snapshots of its stream', 'lost'],
    ['a repetition', [4, 4], 'got a snapshot of its stream twice', 'duplicate'],
    ['a step back', [4, 1], 'was moved back in its stream without having gone back', 'reordered'],
  ])('turns red at %s', (_what, seqs, message, type) => {
    expect(started(3).get(seqs).listViolations()).toMatchObject([
      { invariant: 'stream-continuous', class: type, message: `client 3 ${message}` },
    ])
  })

  it('knows by how much somebody went back', () => {
    const [violation] = started(30).get([11]).listViolations()
    expect(violation?.traces).toMatchObject({ whats: ['went back 5 s'], isSignature: true })
  })

  it('excuses what a server says it has dropped for a slow reader', () => {
    const slow = started(3).get([9], { dropped: 5 })
    expect(slow.violations()).toEqual([])
    expect(slow.get([12], { dropped: 5 }).violations()).toHaveLength(1)
  })

  it('goes by time alone where a server does not number its snapshots', () => {
    const untold = { seq: null, symbol: null, mode: null }
    const unnumbered = (seqs: readonly number[], params = {}) => {
      const history = new ViewerHistory().begin().ask('start', null, playing)
      for (const seq of seqs) history.get([seq], untold)
      for (const event of history.events)
        if (event.type === 'delivery') dropNulls(event.value as Record<string, unknown>)
      return history.violations(params)
    }
    expect(unnumbered([0, 1, 2, 3])).toEqual([])
    expect(unnumbered([0, 1, 5])).toEqual([])
    expect(unnumbered([0, 1, 5], { step: '250ms' })).toHaveLength(1)
    expect(unnumbered([3, 4, 5, 4])).toHaveLength(1)
  })

  it('does not take data that begin again for a leak where nobody knows where they end', () => {
    const again = () => started(5).get([0, 1])
    expect(again().judge()['stream-continuous']).toMatchObject({ undecidable: 1, violations: [] })
    expect(
      started(5)
        .ask('look', null, { ...playing, ...at(5), endMs: timeOf(900) })
        .get([0, 1])
        .violations(),
    ).toHaveLength(1)
  })

  it('turns red where a socket never gets what was sent before a pause', () => {
    const history = started(3)
      .ask('pause', null, { ...playing, state: 'PAUSED', ...at(5) })
      .ask('settle', { cursorMs: timeOf(5) }, null, 'settle-timeout', 2)
    expect(history.violations()).toEqual([
      'stream-continuous: client 3 did not get what the server says it has sent before its pause',
    ])
  })

  it('accepts that a switch of symbol goes on at another place', () => {
    const switched = started(9)
      .ask('mode', { mode: 'REPLAY', symbol: 'ETHUSD' }, { ...playing, symbol: 'ETHUSD' })
      .get([10], {}, 1)
      .get(range(0, 4), { symbol: 'ETHUSD' })
    expect(switched.violations()).toEqual([])
    expect(switched.get([1], { symbol: 'ETHUSD' }).violations()).toHaveLength(1)
  })
})

describe('rate-own', () => {
  it('turns red where the server says another speed, which carries the traces of who chose it', () => {
    const [violation, ...others] = started(3)
      .ask('look', null, { ...playing, speed: 7, ...at(3) })
      .listViolations()
    expect(others).toEqual([])
    expect(violation).toMatchObject({
      invariant: 'rate-own',
      message: 'client 3 runs at speed 7, and not at 1 as it chose',
      traces: { whats: ['chose speed 7'], isSignature: true },
    })
  })

  it('turns red where a session begins at the speed of another', () => {
    expect(new ViewerHistory().begin({ speed: 6 }).violations()).toEqual([
      'rate-own: client 3 runs at speed 6, and not at 1 as it chose',
    ])
  })

  it('counts: twice as fast is seen, and 10 % more with a second to make up for is not', () => {
    const fast = (everyMs: number) =>
      new ViewerHistory()
        .begin()
        .ask('start', null, { ...playing, ...at(-1) })
        .get(range(0, 60), {}, everyMs)
        .violations()
    expect(fast(125)).toEqual([expect.stringContaining('more than speed 1 allows')])
    expect(fast(230)).toEqual([])
  })

  it('is not misled by a reader that was late and gets everything at once', () => {
    const late = started(3).ask('speed', { speed: 2 }, { ...playing, speed: 2, ...at(3) })
    expect(late.wait(5000).get(range(4, 43), {}, 0).violations()).toEqual([])
  })

  it('is not misled by a reader that was late where no cursor is told', () => {
    const switched = started(3).send('mode', { mode: 'SIMULATION', symbol: 'BTCUSD' }).wait(5000)
    const late = switched.answer({ ...playing, mode: 'SIMULATION' }).wait(2001)
    expect(late.get(range(0, 10), { mode: 'SIMULATION' }, 0).violations()).toEqual([])
  })

  it('counts no live feed', () => {
    const live = new ViewerHistory().begin({ mode: 'LIVE' }).ask('start', null, { ...playing, mode: 'LIVE', ...at(-1) })
    expect(live.get(range(0, 200), { mode: 'LIVE' }, 1).violations()).toEqual([])
  })
})

describe('mode-own and symbol-own', () => {
  it('turn red where the server says, or shows, what the viewer did not choose', () => {
    expect(
      started(3)
        .ask('look', null, { ...playing, mode: 'LIVE' })
        .violations(),
    ).toEqual(['mode-own: client 3 is switched to LIVE, and not to REPLAY as it chose'])
    expect(started(3).get([4], { symbol: 'ETHUSD' }).listViolations()).toMatchObject([
      { invariant: 'symbol-own', traces: { whats: ['switched to ETHUSD'], isSignature: true } },
    ])
  })

  it('let come what was on its way when the viewer switched, and not what comes after the first of the new', () => {
    const switched = started(3)
      .ask('mode', { mode: 'REPLAY', symbol: 'ETHUSD' }, { ...playing, symbol: 'ETHUSD', ...at(5) })
      .get([4, 5], {}, 1)
      .get([6, 7], { symbol: 'ETHUSD' })
    expect(switched.violations()).toEqual([])
    expect(switched.get([8]).violations()).toEqual([
      'symbol-own: client 3 received a snapshot of BTCUSD while it had chosen ETHUSD',
    ])
  })

  it('are not judged where the mode is one for all', () => {
    expect(Object.keys(started(3).judge({ dialect: 'session-first' }))).not.toContain('mode-own')
  })
})

describe('history-own', () => {
  const left = (last: number) => started(last).close().wait(100)

  it('accepts what the viewer has received, and what came later', () => {
    const history = range(2, 8).map((seq) => snapshotOf(seq))
    expect(left(6).watch(true, history).get([9]).violations()).toEqual([])
  })

  it('turns red at a snapshot that is not of the own past', () => {
    const history = [snapshotOf(4), snapshotOf(5, { book: 99 })]
    expect(left(6).watch(true, history).violations()).toEqual([
      'history-own: client 3 received a history with a snapshot that its session has not sent before',
    ])
  })

  it('turns red at a snapshot of a named other session, also at the very first', () => {
    const history = [snapshotOf(4, { foreignSession: 'theirs', own: null })]
    expect(new ViewerHistory().ask('create', null, {}).watch(false, history).listViolations()).toMatchObject([
      { invariant: 'history-own', issuedId: 'theirs' },
    ])
  })

  it('turns red at more than 100', () => {
    const history = range(0, 100).map((seq) => snapshotOf(seq))
    expect(left(100).watch(true, history).violations()).toEqual([
      'history-own: client 3 received a history of 101 snapshots, more than 100',
    ])
  })

  it('cannot judge what a server had sent before the viewer ever came', () => {
    const judged = new ViewerHistory()
      .ask('create', null, {})
      .watch(false, [snapshotOf(4)])
      .judge()
    expect(judged['history-own']).toMatchObject({ violations: [], undecidable: 1 })
  })
})

describe('analytics-own', () => {
  it('tells each number that does not follow from the books', () => {
    const differences = [{ field: 'ofi', expected: 3, received: -40 }]
    expect(started(3).get([4], { compared: 11, differences }).violations()).toEqual([
      'analytics-own: client 3 received ofi -40 with a book from which 3 follows',
    ])
  })
})

describe('orders-own', () => {
  const simulating = () =>
    new ViewerHistory()
      .begin()
      .ask('mode', { mode: 'SIMULATION', symbol: 'BTCUSD' }, { ...playing, mode: 'SIMULATION', state: 'STOPPED' })
      .ask('start', null, { ...playing, mode: 'SIMULATION' })
  const shown = (bidTrace: number, askTrace = 0) => ({ mode: 'SIMULATION', bidTrace, askTrace })

  it('accepts own orders, each from some time after it was sent', () => {
    const history = simulating()
      .get([0, 1], shown(0))
      .ask('order', { side: 'BUY', quantity: 5.00004 }, null, undefined, 2)
      .get([2], shown(0))
      .get([3, 4], shown(4))
      .ask('order', { side: 'SELL', quantity: 2.00004 }, null, undefined, 2)
      .get([5], shown(4, 4))
    expect(history.violations()).toEqual([])
    expect(history.judge()['orders-own']?.examined).toBe(6)
  })

  it('turns red at volume of another, whose quantity says whose it is', async () => {
    const trace = traceOf(1 as ClientIndex)
    const [violation, ...others] = simulating().get([0], shown(0)).get([1], shown(trace)).listViolations()
    expect(others).toEqual([])
    const clients = [0, 1, 2, 3].map((client) => planViewer({}, client))
    expect(violation && (await findCause(violation, clients))).toEqual({
      clients: [1 as ClientIndex],
      proof: 'unique-difference',
      message: 'exactly orders of client 1',
    })
  })

  it('turns red where an order of the market before is in the new one', () => {
    const switched = (mode: string) =>
      [
        { mode, symbol: 'BTCUSD' },
        { ...playing, mode },
      ] as const
    const history = simulating()
      .ask('order', { side: 'BUY', quantity: 5.00004 }, null, undefined, 2)
      .get([0], shown(4))
      .ask('mode', ...switched('REPLAY'))
      .ask('mode', ...switched('SIMULATION'))
      .get([1], shown(4), 1)
    expect(history.violations()).toEqual([])
    expect(history.get([0], shown(4)).violations()).toEqual([expect.stringContaining('orders-own')])
  })
})

describe('sockets-agree', () => {
  const both = () => started(3).watch(true, [snapshotOf(3)])
  const params = { behaviour: ['second-socket'] }

  it('is content where each socket gets the same', () => {
    const history = both()
    for (const seq of [4, 5, 6]) history.get([seq], {}, 200, 2).get([seq], {}, 50, 3)
    expect(history.violations(params)).toEqual([])
    expect(history.judge(params)['sockets-agree']?.examined).toBe(3)
  })

  it('turns red at two books for one place', () => {
    const history = both().get([4], {}, 200, 2).get([4], { book: 5 }, 50, 3)
    expect(history.violations(params)).toEqual([
      'sockets-agree: client 3 received two books for one place of its session, on two connections',
    ])
  })

  it('turns red where one socket lacks what the other has', () => {
    const history = both()
      .get([4, 5], {}, 250, 3)
      .ask('pause', null, { ...playing, state: 'PAUSED', ...at(5) })
      .ask('settle', { cursorMs: timeOf(5) }, null, 'settle-timeout', 2)
    expect(history.violations(params)).toEqual([
      'sockets-agree: client 3 did not get on connection 2 what came on connection 3 of the same session',
    ])
  })
})

describe('session-own', () => {
  it('turns red at any answer or message that names another session', () => {
    const history = started(3)
      .get([17], { own: null, foreignSession: 'theirs' })
      .ask('look', null, { session: null, foreignSession: 'others' })
    expect(history.listViolations()).toMatchObject([
      { invariant: 'session-own', issuedId: 'theirs' },
      { invariant: 'session-own', issuedId: 'others' },
    ])
  })

  it('issues the ids of own sessions, and no shared one', () => {
    expect(started(1).judge()['session-own']?.issuedIds).toEqual(['mine'])
    expect(started(1).judge({ session: 'shared' })['session-own']).not.toHaveProperty('issuedIds')
  })
})

describe('session-gone', () => {
  it('turns red where a deleted session is served, unless servers of this kind make it anew', () => {
    const served = () => started(1).ask('delete').ask('control-gone', null, playing)
    expect(served().violations()).toEqual(['session-gone: client 3 could start its session after it had deleted it'])
    expect(served().violations({ resurrects: true })).toEqual([])
  })

  it('turns red where it still streams after the settling time', () => {
    const deleted = () => started(1).ask('delete')
    expect(deleted().get([2], {}, 1999).violations()).toEqual([])
    expect(deleted().get([2], {}, 2001).violations()).toHaveLength(1)
  })

  it('goes by more than the time where it streams on and on', () => {
    const streaming = (everyMs: number) =>
      [3, 4, 5].reduce((history, at) => history.get([at], {}, everyMs), started(1).ask('delete').get([2], {}, 2001))
    const classes = (everyMs: number) =>
      streaming(everyMs)
        .listViolations()
        .filter(({ invariant }) => invariant === 'session-gone')
        .map((violation) => violation.class)
    expect(classes(125)).toEqual(['late', 'late', 'late', 'wrong'])
    expect(classes(124)).not.toContain('wrong')
  })
})

describe('listing-own', () => {
  const listed = (others: readonly string[]) =>
    started(1).ask('list', null, { own: true, others }).ask('control-keyless', null, { refused: 'no key' })

  it('is judged with session keys alone', () => {
    expect(listed(['theirs']).judge()).not.toHaveProperty('listing-own')
    expect(listed(['theirs']).listViolations({ sessionKeys: true })).toMatchObject([
      { invariant: 'listing-own', issuedId: 'theirs' },
    ])
    expect(listed([]).violations({ sessionKeys: true })).toEqual([])
  })
})

describe('stream-alive', () => {
  const stands = (ms: number) => started(-1).ask('look', null, playing).wait(ms).ask('look', null, playing)

  it('turns red where a session plays and its cursor stands still, on a dependable target alone', () => {
    expect(stands(5001).violations({ dependable: true })).toEqual([
      'stream-alive: client 3 plays, and has stood still for 5001 ms',
    ])
    expect(stands(4999).violations({ dependable: true })).toEqual([])
    expect(stands(5001).violations()).toEqual([])
  })
})

describe('streams-freed', () => {
  const inspect = (after: { playingWithoutSockets: number; sockets: number }) =>
    inspectTarget({ playingWithoutSockets: 0, sockets: 1 }, after)[0]?.conclusion

  it('turns red at replays that nobody watches and at sockets that nobody holds', () => {
    expect(inspect({ playingWithoutSockets: 0, sockets: 1 })).toMatchObject({ examined: 2, violations: [] })
    expect(inspect({ playingWithoutSockets: 2, sockets: 3 })?.violations).toHaveLength(2)
  })

  it('says nothing of a server that tells nothing', () => expect(inspectTarget(null, null)).toEqual([]))
})

/** What a server does not tell is not there. */
function dropNulls(value: Record<string, unknown>): void {
  for (const key of Object.keys(value)) if (value[key] === null) delete value[key]
}

/** What the protocol leaves open, and servers that keep everybody apart do one way or the other. */
describe('a server of somebody else', () => {
  const nameless = { seq: undefined, symbol: undefined, mode: undefined, own: undefined } as unknown as JsonObject

  it('may send one more that was under way when it answered a pause, and no further', () => {
    const paused = started(3).ask('pause', null, { ...playing, state: 'PAUSED', ...at(3) })
    expect(paused.get([4], {}, 20).violations()).toEqual([])
    expect(paused.get([5], {}, 20).violations()).toHaveLength(1)
  })

  it('may play as soon as it has switched, where that is said of it', () => {
    const switched = new ViewerHistory().begin().ask('mode', { mode: 'REPLAY', symbol: 'BTCUSD' }, playing)
    expect(switched.get([0, 1]).violations({ switchPlays: true })).toEqual([])
    expect(switched.violations()[0]).toContain('neither autoplay nor switchPlays')
  })

  it.each(['STOPPED', 'PAUSED'])('may be %s at the end of data, wherever that is', (state) => {
    const ended = (answer: JsonObject) => started(7).ask('look', null, { ...playing, state, ...answer })
    for (const answer of [at(9), {}]) {
      expect(ended(answer).get([8, 9], {}, 10).violations()).toEqual([])
      expect(ended(answer).get([8, 9], {}, 10).wait(3000).get([10]).violations()).toHaveLength(1)
    }
  })

  it('may have stopped at the end of data before it was paused, and not after', () => {
    const stopped = { ...playing, state: 'STOPPED', ...at(7) }
    const paused = { ...playing, state: 'PAUSED', ...at(7) }
    expect(started(7).ask('pause', null, stopped).violations()).toEqual([])
    expect(started(7).ask('pause', null, paused).ask('look', null, stopped).violations()).toHaveLength(1)
  })

  it('may begin its data anew, and then nothing comes from behind their end', () => {
    const wrapped = () =>
      started(7)
        .ask('look', null, { ...playing, ...at(0) })
        .get([8, 0, 1, 2], {}, 10)
    expect(wrapped().violations()).toEqual([])
    expect(wrapped().wait(3000).get(range(3, 9)).violations()).toEqual([
      expect.stringContaining('is at a cursor before the last snapshot'),
      expect.stringContaining('was moved back'),
    ])
  })

  it('may land on the snapshot before the time to which it went back', () => {
    const back = (seq: number) =>
      started(9)
        .ask('go-back', { seconds: 1 }, { ...playing, cursorMs: timeOf(5) + 100 })
        .get([seq], nameless, 10)
    expect(back(5).violations()).toEqual([])
    expect(back(3).violations()).toHaveLength(1)
  })

  it('may have several snapshots of one time, and then two alike are no repetition', () => {
    const same = (book: number) => ({ ...nameless, atMs: timeOf(4), book })
    const twice = () => started(3).get([4, 5], same(1), 10)
    expect(twice().violations()).toEqual([expect.stringContaining('twice')])
    expect(twice().get([6], same(2)).violations()).toEqual([])
  })

  it('may still send from where it was when it has answered a start that restarts', () => {
    const restarted = started(7)
      .ask('start', null, { ...playing, cursorMs: timeOf(0) })
      .get([8], {}, 100)
    expect(restarted.get([0, 1], {}, 10).violations()).toEqual([])
  })

  it('may be so late that nothing has come before it was stopped and started anew', () => {
    const anew = new ViewerHistory().begin().ask('start', null, playing)
    anew.ask('stop', null, { state: 'STOPPED' }).ask('start', null, playing)
    expect(anew.get([0, 1, 2, 0, 1], {}, 10).violations()).toEqual([])
  })

  it('may play before it has answered the switch', () => {
    const switching = new ViewerHistory().begin().send('mode', { mode: 'REPLAY', symbol: 'BTCUSD' })
    expect(switching.get([0]).answer(playing).get([1]).violations({ switchPlays: true })).toEqual([])
  })

  it('may send to a new socket what was under way before the last switch', () => {
    const switched = started(3)
      .ask('mode', { mode: 'REPLAY', symbol: 'ETHUSD' }, { ...playing, symbol: 'ETHUSD', ...at(3) })
      .watch(true)
    expect(switched.get([4], {}, 100).violations()).toEqual([])
    expect(switched.get([5, 6], { symbol: 'ETHUSD' }, 10).get([7], {}, 10).violations()).toHaveLength(1)
  })

  it('may send as a history the data before the cursor, whatever it has sent of them', () => {
    const history = range(2, 7).map((seq) => snapshotOf(seq, { symbol: 'ETHUSD', book: seq }))
    const switched = started(3)
      .ask('mode', { mode: 'REPLAY', symbol: 'ETHUSD' }, { ...playing, symbol: 'ETHUSD', ...at(3) })
      .get([4, 5], { symbol: 'ETHUSD' }, 10)
    expect(switched.close().watch(true, history.slice(0, 2)).violations()).toEqual([])
  })

  it('sends no history of what another chose, nor of what is still to come', () => {
    const left = () => started(6).close().wait(100)
    const other = left().watch(true, [snapshotOf(9, { symbol: 'XRPUSD' })])
    expect(other.listViolations()).toMatchObject([
      { invariant: 'history-own', traces: { whats: ['switched to XRPUSD'], isSignature: true } },
    ])
    const ahead = left().watch(
      true,
      range(5, 40).map((seq) => snapshotOf(seq)),
    )
    expect(ahead.get([7, 8], {}, 10).violations()).toEqual([])
    expect(ahead.wait(3000).get([9]).violations()).toEqual([expect.stringContaining('had still not come to')])
  })

  it('that tells no cursor is held to what all its speeds together allow', () => {
    const fast = (everyMs: number) => {
      const history = new ViewerHistory().begin().ask('start', null, playing)
      for (let seq = 0; seq < 80; seq += 20) history.ask('look', null, playing).get(range(seq, seq + 19), {}, everyMs)
      return history.violations()
    }
    expect(fast(240)).toEqual([])
    expect(fast(125)).toEqual([expect.stringContaining('more than speed 1 allows')])
  })
})
