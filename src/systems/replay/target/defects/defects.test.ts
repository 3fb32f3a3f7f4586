import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Any, ask, RawStream } from '../../../../../test/support/replay/raw-viewer.ts'
import { startTestReplay } from '../../../../../test/support/replay/start-test-replay.ts'
import type { JsonObject } from '../../../../core/json.ts'
import type { RunningTarget } from '../../../../core/system.ts'
import { replayDefects } from '../../defects.ts'
import type { DefectName } from '../defect-name.ts'

interface Viewer {
  readonly id: string
  readonly stream: RawStream
}

let target: RunningTarget | undefined
const streams: RawStream[] = []

const request = async (method: string, path: string, body?: object): Promise<Any> =>
  (await ask(target?.url as string, method, path, body && { body: JSON.stringify(body) })).body
const post = (path: string, body?: object) => request('POST', path, body)
const get = (path: string) => request('GET', path)
/** Asks and leaves before the answer. */
const cancel = (path: string) =>
  new Promise<void>((resolve) => {
    const sent = httpRequest(target?.url + path, { agent: false })
    sent.on('error', () => {})
    sent.once('close', resolve)
    sent.end()
    sent.once('socket', (socket) => socket.once('connect', () => setImmediate(() => sent.destroy())))
  })
const stats = async (): Promise<Any> => (await ask(target?.statusUrl as string, 'GET', '/stats')).body
const open = async (path: string) => {
  const stream = await RawStream.open(target?.url + path)
  streams.push(stream)
  return stream
}
const watch = (id: string) => open(`/ws?session_id=${id}`)
const view = async (): Promise<Viewer> => {
  const { session_id: id } = await post('/sessions/create')
  return { id, stream: await watch(id) }
}
const play = async (): Promise<Viewer> => {
  const viewer = await view()
  await post(`/replay/start/${viewer.id}`)
  await viewer.stream.more(2)
  return viewer
}
const leave = async ({ stream }: Viewer) => {
  const { sockets } = await stats()
  stream.socket.terminate()
  await vi.waitFor(async () => expect((await stats()).sockets).toBeLessThan(sockets))
}
const hasGap = (seqs: readonly number[]) =>
  seqs.some((seq, index) => index > 0 && seq !== (seqs[index - 1] as number) + 1)
const ofOthers = ({ id, stream }: Viewer) => stream.snapshots.filter(({ session_id: of }) => of !== id)

afterEach(async () => {
  for (const { socket } of streams.splice(0)) socket.terminate()
  await target?.stop()
  target = undefined
})

/** What a defect does to viewers: whether that can be seen. Without the defect it must not be. */
interface Sign {
  readonly settings?: JsonObject
  readonly shows: () => Promise<boolean>
}

const signs: Readonly<Record<DefectName, Sign>> = {
  'global-controller': {
    async shows() {
      const [one, two] = [await play(), await play()]
      await post(`/replay/pause/${one.id}`)
      return (await get(`/sessions/${two.id}`)).state === 'PAUSED'
    },
  },
  'global-mode': {
    async shows() {
      const [one, two] = [await play(), await play()]
      await post(`/mode/${one.id}`, { mode: 'LIVE', symbol: 'ETHUSD' })
      const { mode, symbol } = await get(`/sessions/${two.id}`)
      expect(symbol).toBe('BTCUSD')
      return mode === 'LIVE'
    },
  },
  'global-symbol': {
    async shows() {
      const [one, two] = [await play(), await play()]
      await post(`/mode/${one.id}`, { mode: 'LIVE', symbol: 'ETHUSD' })
      const { mode, symbol } = await get(`/sessions/${two.id}`)
      expect(mode).toBe('REPLAY')
      return symbol === 'ETHUSD'
    },
  },
  'shared-buffer': {
    async shows() {
      const [one, two] = [await play(), await play()]
      await Promise.all([one.stream.more(3), two.stream.more(3)])
      const { history } = await watch(one.id)
      return history.some(({ session_id: of }) => of === two.id)
    },
  },
  'broadcast-stream': {
    async shows() {
      const [one, two] = [await play(), await play()]
      await Promise.all([one.stream.more(3), two.stream.more(3)])
      return ofOthers(one).length > 0 && ofOthers(two).length > 0
    },
  },
  'shared-analytics': {
    async shows() {
      const [one, two] = [await play(), await play()]
      await Promise.all([one.stream.more(10), two.stream.more(10)])
      // Nobody's order flow is 0 for ten books in a row, but for that of whoever is never joined to the one before.
      return one.stream.snapshots.slice(-8).every(({ ofi }) => ofi === 0)
    },
  },
  'strategy-on-first-session': {
    async shows() {
      const own = await play()
      await open('/ws')
      await post('/replay/pause')
      return (await get(`/sessions/${own.id}`)).state === 'PAUSED'
    },
  },
  'second-socket-steals': {
    async shows() {
      const one = await play()
      const second = await watch(one.id)
      await second.more(3)
      const seen = one.stream.messages.length
      await second.more(8)
      return one.stream.messages.length === seen
    },
  },
  'old-close-unregisters-new': {
    async shows() {
      const one = await play()
      const second = await watch(one.id)
      await second.more(3)
      await leave(one)
      const seen = second.messages.length
      const { cursor_ts: before } = await get(`/sessions/${one.id}`)
      await vi.waitFor(async () => expect((await get(`/sessions/${one.id}`)).cursor_ts > before).toBe(true))
      await play()
      return second.messages.length <= seen + 1
    },
  },
  'orphan-stream': {
    async shows() {
      const one = await play()
      await leave(one)
      return (await stats()).playingWithoutSockets === 1
    },
  },
  'expired-session-resurrected': {
    settings: { sessionTtl: '50ms', sweepEvery: '10ms' },
    async shows() {
      const { session_id: id } = await post('/sessions/create')
      await post(`/replay/speed/7/${id}`)
      await vi.waitFor(async () => expect(await stats()).toMatchObject({ expired: 1 }))
      return (await get(`/sessions/${id}`)).speed === 7
    },
  },
  'speed-inherited': {
    async shows() {
      const one = await view()
      await post(`/replay/speed/7/${one.id}`)
      return (await post('/sessions/create')).speed === 7
    },
  },
  'double-start': {
    async shows() {
      const [one, clock] = [await play(), await play()]
      await post(`/replay/start/${one.id}`)
      await clock.stream.more(1)
      const [before, beganAt] = [one.stream.seqs.length, clock.stream.seqs.length]
      await clock.stream.more(16)
      expect(hasGap(one.stream.seqs)).toBe(false)
      return one.stream.seqs.length - before > 1.5 * (clock.stream.seqs.length - beganAt)
    },
  },
  'listing-leaks-ids': {
    settings: { sessionKeys: true },
    async shows() {
      const { session_id: id } = await post('/sessions/create')
      return JSON.stringify(await get('/sessions')).includes(id)
    },
  },
  'dedup-alerts-globally': {
    async shows() {
      // The same books at the same time: what the first is shown, the second is not.
      const [one, two] = [await view(), await view()]
      for (const { id } of [one, two]) await post(`/replay/speed/4/${id}`)
      for (const { id } of [one, two]) await post(`/replay/start/${id}`)
      await Promise.all([one.stream.until(61), two.stream.until(61)])
      const alertsOf = ({ stream }: Viewer) => stream.snapshots.slice(0, 60).map(({ anomalies }) => anomalies.join())
      return alertsOf(one).join(';') !== alertsOf(two).join(';')
    },
  },
  'shared-simulation': {
    async shows() {
      const [one, two] = [await play(), await play()]
      for (const { id } of [one, two]) await post(`/mode/${id}`, { mode: 'SIMULATION' })
      one.stream.send({ type: 'ORDER', side: 'BUY', quantity: 1.5 })
      await one.stream.next(({ bids }) => bids?.[0][1] % 1 === 0.5)
      await two.stream.more(3)
      return two.stream.snapshots.at(-1).bids[0][1] % 1 === 0.5
    },
  },
  'cache-without-identity': {
    async shows() {
      const [one, two] = [await view(), await view()]
      await get(`/replay/${one.id}/state`)
      return (await get(`/replay/${two.id}/state`)).session_id === one.id
    },
  },
  'context-across-await': {
    async shows() {
      const [one, two] = [await view(), await view()]
      const answers = await Promise.all([post(`/replay/start/${one.id}`), post(`/replay/start/${two.id}`)])
      return answers[0].session_id !== one.id || answers[1].session_id !== two.id
    },
  },
  'recycled-handle': {
    async shows() {
      const [one, two] = [await play(), await view()]
      await leave(one)
      const second = await watch(two.id)
      await post(`/replay/start/${two.id}`)
      await second.more(2)
      return second.snapshots.some(({ session_id: of }) => of === one.id)
    },
  },
  'reply-shift': {
    async shows() {
      const [one, two] = [await view(), await view()]
      const { requests } = await stats()
      await cancel(`/sessions/${one.id}`)
      // The server may see what comes over another connection first.
      await vi.waitFor(async () => expect((await stats()).requests).toBeGreaterThan(requests))
      return (await get(`/sessions/${two.id}`)).session_id === one.id
    },
  },
  'unscoped-dedup': {
    async shows() {
      const [one, two] = [await view(), await view()]
      await post(`/replay/start/${one.id}`)
      return (await post(`/replay/start/${two.id}`)).state === 'STOPPED'
    },
  },
  'slot-exhaustion': {
    async shows() {
      for (let i = 0; i < 10; i++) {
        const { id } = await play()
        await request('DELETE', `/sessions/${id}`)
      }
      const last = await view()
      await post(`/replay/start/${last.id}`)
      const { playing } = await stats()
      expect((await get(`/sessions/${last.id}`)).state).toBe('PLAYING')
      return playing === 0
    },
  },
  'rare-misroute': {
    settings: { period: '1ms' },
    async shows() {
      const viewers: Viewer[] = []
      for (let i = 0; i < 20; i++) viewers.push(await play())
      await vi.waitFor(async () => expect((await stats()).snapshotsSent).toBeGreaterThan(10_100), {
        timeout: 30_000,
        interval: 100,
      })
      for (const { id } of viewers) await post(`/replay/pause/${id}`)
      await Promise.all(viewers.map(({ stream }) => stream.until(300)))
      const misrouted = viewers.flatMap(ofOthers)
      expect(misrouted.length).toBeLessThan(3)
      return misrouted.length > 0
    },
  },
}

describe('a planted defect', () => {
  it.each(replayDefects)('shows, and only where it is planted: $name', async ({ name }) => {
    const { settings = {}, shows } = signs[name]
    target = await startTestReplay({ period: '20ms', ...settings })
    expect(await shows()).toBe(false)
    await target.stop()
    target = await startTestReplay({ period: '20ms', ...settings }, { defects: [name] })
    expect(await shows()).toBe(true)
  })
})
