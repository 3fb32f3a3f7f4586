import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Claim, SessionStore } from './session-store.ts'

const graceMs = 1000

const claimOf = (userId: string, agentSid: string, nowMs: number): Claim => ({
  userId,
  agentSid,
  nowMs,
  graceMs,
  newSessionId: randomUUID(),
})

/** What every store keeps to. `open` makes a store; two servers are two stores of the same data, where that is possible. */
export function describeStore(open: (server: string) => Promise<SessionStore>): void {
  const use = async (test: (store: SessionStore, userId: string) => Promise<void>) => {
    const store = await open(randomUUID())
    await store.beat()
    try {
      await test(store, randomUUID())
    } finally {
      await store.close()
    }
  }

  it('gives a user one agent and refuses a second', () =>
    use(async (store, user) => {
      expect(await store.find(user)).toBeUndefined()
      const first = await store.claim(claimOf(user, 'a', 1000))
      expect(first).toMatchObject({ outcome: 'new', entry: { agentSid: 'a', connectedAt: '1970-01-01T00:00:01.000Z' } })
      expect(await store.claim(claimOf(user, 'b', 1001))).toEqual({ outcome: 'refused' })
      expect(await store.find(user)).toMatchObject({ agentSid: 'a' })
    }))

  it('lets one of two win that claim a user at the same time', () =>
    use(async (store, user) => {
      const claims = ['a', 'b', 'c'].map((sid) => store.claim(claimOf(user, sid, 1000)))
      const outcomes = (await Promise.all(claims)).map(({ outcome }) => outcome).sort()
      expect(outcomes).toEqual(['new', 'refused', 'refused'])
    }))

  it('keeps the session of who comes back within the grace, and of nobody else', () =>
    use(async (store, user) => {
      const first = await store.claim(claimOf(user, 'a', 1000))
      expect(await store.release(user, 'a', 2000)).toBe(true)
      const back = await store.claim(claimOf(user, 'b', 3000))
      const sessionId = 'entry' in first ? first.entry.sessionId : ''
      expect(back).toMatchObject({ outcome: 'kept', entry: { sessionId, agentSid: 'b' } })
      await store.release(user, 'b', 4000)
      const late = await store.claim(claimOf(user, 'c', 5001))
      expect(late.outcome).toBe('new')
      expect('entry' in late && late.entry.sessionId).not.toBe(sessionId)
    }))

  it('lets nobody release or remove the agent that has come since', () =>
    use(async (store, user) => {
      await store.claim(claimOf(user, 'a', 1000))
      await store.release(user, 'a', 1100)
      await store.claim(claimOf(user, 'b', 1200))
      expect(await store.release(user, 'a', 1300)).toBe(false)
      expect(await store.remove(user, 'a')).toBe(false)
      expect(await store.remove(user, 'b')).toBe(false)
      await store.release(user, 'b', 1400)
      expect(await store.list()).toContainEqual(expect.objectContaining({ userId: user, isHeld: false }))
      expect(await store.remove(user, 'b')).toBe(true)
      expect(await store.remove(user, 'b')).toBe(false)
      expect(await store.find(user)).toBeUndefined()
    }))

  it('takes what an earlier start of the server left behind for stale, and keeps its sessions', () =>
    use(async (store, user) => {
      await store.claim(claimOf(user, 'a', 1000))
      await store.reboot()
      expect(await store.list()).toContainEqual(expect.objectContaining({ userId: user, isHeld: false }))
      expect((await store.claim(claimOf(user, 'b', 9000))).outcome).toBe('kept')
    }))

  it('keeps the fields of sessions apart', () =>
    use(async (store) => {
      const [one, two] = [randomUUID(), randomUUID()]
      await store.replaceSession(one, { mode: 'swv', 'result:x': '1' })
      await Promise.all([store.writeSession(one, { 'result:y': '2' }), store.writeSession(two, { mode: 'cv' })])
      expect(await store.readSession(one)).toEqual({ mode: 'swv', 'result:x': '1', 'result:y': '2' })
      expect(await store.readSession(two)).toEqual({ mode: 'cv' })
      await store.replaceSession(one, { mode: 'cv' })
      expect(await store.readSession(one)).toEqual({ mode: 'cv' })
      expect(await store.readSession(randomUUID())).toEqual({})
    }))
}
