import { afterEach, describe, expect, it } from 'vitest'
import { type CuttableProxy, startCuttableProxy } from '../../../../test/support/cuttable-proxy.ts'
import { planClient } from '../../../../test/support/devices/device-history.ts'
import { startTestDevices } from '../../../../test/support/devices/start-test-devices.ts'
import { createEventList } from '../../../../test/support/event-list.ts'
import type { RunEvent } from '../../../core/event.ts'
import type { JsonObject } from '../../../core/json.ts'
import { createClient } from './create-client.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A reference server behind a way that can be cut. */
async function startWay(): Promise<CuttableProxy> {
  const server = await startTestDevices()
  const proxy = await startCuttableProxy(Number(new URL(server.url).port))
  stops.push(
    () => proxy.close().catch(() => {}),
    () => server.stop(),
  )
  return proxy
}

/** Lets one device live through its rounds; `follow` sees each event when it comes. */
async function live(port: number, params: JsonObject, follow: (event: RunEvent) => void = () => {}) {
  const { events, recorder } = createEventList(1)
  const seen = new Proxy(recorder, {
    get: (target, name: keyof typeof recorder) => {
      const act = target[name] as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        const known = events.length
        const result = act.apply(target, args)
        for (const event of events.slice(known)) follow(event)
        return result
      }
    },
  })
  const target = { url: `http://127.0.0.1:${port}/api` }
  const client = createClient({ ...planClient({ thinkTime: '5ms', ...params }), target, recorder: seen })
  const { signal } = new AbortController()
  expect([await client.open(signal), await client.iterate(0, signal)]).toEqual([true, true])
  await client.close()
  return events.flatMap(tell)
}

/** An operation with how it went, or that a round was spent alone. */
function tell(event: RunEvent): string[] {
  if (event.type === 'fault') return [event.fault]
  if (event.type !== 'completion') return []
  return [`${event.operation} ${event.errorCode ?? event.outcome}`]
}

const wholeRound = ['input ok', 'decide ok', 'report ok']

describe('a device', () => {
  it('goes on alone where no server is, and asks for it again in each round', async () => {
    const way = await startWay()
    await way.close()
    const told = await live(way.port, { rounds: 3 })
    expect(told.filter((one) => one === 'local-only')).toHaveLength(3)
    expect(new Set(told)).toEqual(new Set(['connect connect-refused', 'local-only']))
  })

  it('registers with a server that comes later, and infers with it', async () => {
    const way = await startWay()
    await way.close()
    const told = await live(way.port, { rounds: 30 }, ({ type }) => {
      if (type === 'fault') void way.open().catch(() => {})
    })
    const back = told.indexOf('register ok')
    expect(told.slice(0, back)).toContain('local-only')
    expect(told.slice(back, back + 4)).toEqual(['register ok', ...wholeRound])
  })

  it('goes on when it loses the server in the middle, and with it when it is back', async () => {
    const way = await startWay()
    let reports = 0
    const told = await live(way.port, { rounds: 30 }, (event) => {
      if (event.type !== 'completion') return
      if (event.operation === 'report' && ++reports === 2) void way.close()
      if (event.errorCode === 'connect-refused') void way.open().catch(() => {})
    })
    const lost = told.indexOf('connect connect-refused')
    expect(lost).toBeGreaterThan(0)
    expect(told.slice(lost)).toContain('report ok')
  })

  it('that leaves the reach of its server is alone for so many rounds, and registers again', async () => {
    const way = await startWay()
    const told = await live(way.port, { rounds: 5, loseServerAt: 1, loseServerRounds: 2 })
    expect(told).toEqual([
      'connect ok',
      'register ok',
      ...wholeRound,
      'local-only',
      'local-only',
      'connect ok',
      'register ok',
      ...wholeRound,
      ...wholeRound,
    ])
  })
})
