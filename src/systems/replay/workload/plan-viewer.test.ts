import { describe, expect, it } from 'vitest'
import { deriveRunKey, markerMagic, readMarker } from '../../../core/marker.ts'
import type { ClientIndex, PlannedClient } from '../../../core/plan.ts'
import { actNames, type ReplayParams, replayParams } from '../params/replay-params.ts'
import { traceOf, tracesPerUnit } from './order-traces.ts'
import { planViewer } from './plan-viewer.ts'

function paramsOf(input: object): ReplayParams {
  const parsed = replayParams.parse(input)
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

function viewerOf(index: number, input: object = {}) {
  const arrival = {
    client: (100 + index) as ClientIndex,
    group: 'viewers',
    indexInGroup: index,
    seed: 7 + index,
    scheduledAtMs: 0,
  }
  const planned: PlannedClient<ReplayParams> = { runId: 'r1', arrival, params: paramsOf(input) }
  return planViewer(planned)
}

describe('a planned viewer', () => {
  it('differs from its neighbours in speeds, symbols and seconds', () => {
    const viewers = Array.from({ length: 10 }, (_, i) => viewerOf(i))
    for (const [i, viewer] of viewers.entries()) {
      const next = viewers[(i + 1) % viewers.length] as typeof viewer
      for (const speed of viewer.speeds) expect(next.speeds).not.toContain(speed)
    }
    const [first, second] = viewers as [(typeof viewers)[0], (typeof viewers)[0]]
    for (const symbol of first.symbols) expect(second.symbols).not.toContain(symbol)
    expect(new Set(viewers.map(({ goBackSeconds }) => goBackSeconds)).size).toBe(viewers.length)
  })

  it('has an identity of its own for each session where it chooses the ids', () => {
    const viewer = viewerOf(3, { sessionIds: 'own' })
    const ids = [0, 1, 2].map((session) => viewer.sessionIdAt(session) as string)
    expect(new Set(ids).size).toBe(3)
    const bytes = Buffer.from(ids[2] as string)
    const fields = readMarker(deriveRunKey('r1'), bytes, bytes.indexOf(markerMagic))
    expect(fields).toMatchObject({ kind: 'identity', owner: 103, epoch: 2 })
    expect(viewerOf(3).sessionIdAt(0)).toBeUndefined()
    expect(viewerOf(3, { session: 'shared', sessionIds: 'own' }).sessionIdAt(0)).toBeUndefined()
  })

  it('does the same in the same session, and something else in the next', () => {
    expect(viewerOf(1).scriptAt(0)).toEqual(viewerOf(1).scriptAt(0))
    expect(viewerOf(1).scriptAt(0)).not.toEqual(viewerOf(1).scriptAt(1))
    expect(viewerOf(1).scriptAt(0)).not.toEqual(viewerOf(2).scriptAt(0))
  })

  it('watches for half to one and a half of the time', () => {
    const { acts, lastWatchMs } = viewerOf(0, { acts: 200, watch: '1s' }).scriptAt(0)
    const times = [lastWatchMs, ...acts.map(({ watchMs }) => watchMs)]
    expect(Math.min(...times)).toBeGreaterThanOrEqual(500)
    expect(Math.max(...times)).toBeLessThanOrEqual(1500)
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(800)
  })

  it('does all that there is, each in a mode that has it', () => {
    const { acts } = viewerOf(5, { acts: 300 }).scriptAt(0)
    expect(new Set(acts.map(({ act }) => act))).toEqual(new Set(actNames))
    let mode = 'REPLAY'
    const visited = new Set<string>()
    for (const planned of acts) {
      if (planned.act === 'mode' || planned.act === 'symbol') mode = planned.mode
      visited.add(mode)
      if (planned.act === 'order') expect(mode).toBe('SIMULATION')
      if (planned.act === 'go-back' || planned.act === 'speed') expect(mode).not.toBe('LIVE')
    }
    expect(visited).toEqual(new Set(['REPLAY', 'LIVE', 'SIMULATION']))
  })

  it('stays with its own speeds, symbols and seconds, whatever it does', () => {
    const viewer = viewerOf(4, { acts: 300 })
    for (const planned of viewer.scriptAt(0).acts) {
      if (planned.act === 'speed') expect(viewer.speeds).toContain(planned.speed)
      if (planned.act === 'symbol' || planned.act === 'mode') expect(viewer.symbols).toContain(planned.symbol)
      if (planned.act === 'go-back') expect(planned.seconds).toBe(viewer.goBackSeconds)
    }
  })

  it('orders quantities that tell whose they are', () => {
    const { acts } = viewerOf(5, { acts: 50, behaviour: ['order'] }).scriptAt(0)
    const orders = acts.flatMap((planned) => (planned.act === 'order' ? planned.orders : []))
    expect(new Set(orders.map(({ side }) => side))).toEqual(new Set(['BUY', 'SELL']))
    for (const { quantity } of orders) {
      expect(Math.round((quantity - Math.floor(quantity)) * tracesPerUnit)).toBe(traceOf(105))
      expect(quantity).toBeGreaterThanOrEqual(1)
    }
    const traces = Array.from({ length: 100 }, (_, client) => traceOf(client))
    expect(new Set(traces).size).toBe(100)
    expect(traces.every((trace) => trace > 0 && trace < tracesPerUnit)).toBe(true)
  })

  it('leaves a session alone that others share', () => {
    const shared = viewerOf(2, { session: 'shared', acts: 100 })
    expect(new Set(shared.scriptAt(0).acts.map(({ act }) => act))).toEqual(new Set(['start-again', 'return']))
    expect([shared.mode, shared.lists]).toEqual([undefined, false])
    expect(viewerOf(2, { session: 'shared', behaviour: ['pause'] }).scriptAt(0).acts).toEqual([])
  })

  it('asks for the list where that must name nobody else', () => {
    const lists = (input: object) => viewerOf(0, input).lists
    expect([lists({}), lists({ sessionKeys: true }), lists({ sessionKeys: true, lists: false })]).toEqual([
      false,
      true,
      false,
    ])
    expect(lists({ sessionKeys: true, session: 'shared' })).toBe(false)
  })

  it('opens no second socket where a session has one, and stays away no longer than its session lives', () => {
    const one = {
      socketsPerSession: 1,
      behaviour: ['second-socket', 'return'],
      acts: 50,
      watch: '1s',
      idleTtl: '900ms',
    }
    for (const planned of viewerOf(0, one).scriptAt(0).acts) {
      expect(planned.act).toBe('return')
      if (planned.act === 'return') expect(planned.awayMs).toBeLessThanOrEqual(300)
    }
  })
})
