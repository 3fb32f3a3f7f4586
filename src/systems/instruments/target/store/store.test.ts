import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { startRedis } from '../../../../../test/support/start-redis.ts'
import { createMemoryStore } from './memory-store.ts'
import { connectRedis, openStore } from './open-store.ts'
import { describeStore } from './session-store.contract.ts'

const redis = await startRedis()
afterAll(() => redis?.stop())

const sessionExpiryMs = 60_000
const leaseMs = 5000

describe('the store in memory', () => {
  describeStore(async (server) => createMemoryStore({ server, sessionExpiryMs }))

  it('forgets a session that nobody uses', async () => {
    const store = createMemoryStore({ server: 'one', sessionExpiryMs: -1 })
    await store.replaceSession('x', { mode: 'cv' })
    expect(await store.readSession('x')).toEqual({})
  })
})

describe.skipIf(!redis)('the store in Redis', () => {
  const open = (server: string) => openStore(redis?.url, { server, sessionExpiryMs, leaseMs })
  describeStore(open)

  it('is the same for two servers, until one of them is gone', async () => {
    const [one, two] = [await open(randomUUID()), await open(randomUUID())]
    const user = randomUUID()
    const claim = { userId: user, nowMs: 1000, graceMs: 100, newSessionId: randomUUID() }
    await one.claim({ ...claim, agentSid: 'a' })
    expect(await two.claim({ ...claim, agentSid: 'b' })).toEqual({ outcome: 'refused' })
    expect(await two.find(user)).toMatchObject({ agentSid: 'a' })
    await one.close()
    expect(await two.claim({ ...claim, agentSid: 'b' })).toMatchObject({ outcome: 'kept' })
    await two.close()
  })

  it('uses the documented keys', async () => {
    const store = await open('documented')
    const user = randomUUID()
    await store.claim({ userId: user, agentSid: 'a', nowMs: 1000, graceMs: 100, newSessionId: 'documented' })
    await store.writeSession('documented', { mode: 'cv' })
    const raw = await connectRedis(redis?.url ?? '')
    const entry = JSON.parse((await raw.hget('agent_user_mapping', user)) ?? '{}')
    expect(entry).toMatchObject({ session_id: 'documented', agent_sid: 'a', connected_at: '1970-01-01T00:00:01.000Z' })
    expect(await raw.hgetall('session:documented')).toEqual({ mode: 'cv' })
    expect(await raw.pttl('session:documented')).toBeGreaterThan(0)
    raw.disconnect()
    await store.close()
  })

  it('says which server does not answer', async () => {
    await expect(connectRedis('redis://127.0.0.1:1')).rejects.toThrow('redis://127.0.0.1:1 does not answer')
  })
})
