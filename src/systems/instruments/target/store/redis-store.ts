import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { AgentEntry, SessionFields, SessionStore, StoreOptions } from './session-store.ts'

const mappingKey = 'agent_user_mapping'
const sessionKey = (sessionId: string) => `session:${sessionId}`
const serverKey = (server: string) => `instruments_server:${server}`

/** As the mapping's values are spelled: JSON. */
interface StoredEntry {
  readonly session_id: string
  readonly agent_sid: string
  readonly connected_at: string
  readonly server: string
  readonly boot: string
  readonly released_at?: number
}

/** An entry is held while its agent has not left and its server's present start is the one that wrote it. */
const isHeldFunction = `
local function is_held(entry)
  return not entry.released_at and redis.call('GET', '${serverKey('')}' .. entry.server) == entry.boot
end
`

/** KEYS: mapping. ARGV: user, sid, now, grace, new session, connected at, server, boot. */
const claimScript = `${isHeldFunction}
local raw = redis.call('HGET', KEYS[1], ARGV[1])
local session = ARGV[5]
local outcome = 'new'
if raw then
  local known = cjson.decode(raw)
  if is_held(known) then return {'refused', raw} end
  if tonumber(ARGV[3]) - (known.released_at or tonumber(ARGV[3])) <= tonumber(ARGV[4]) then
    session = known.session_id
    outcome = 'kept'
  end
end
local entry = cjson.encode({session_id = session, agent_sid = ARGV[2], connected_at = ARGV[6], server = ARGV[7], boot = ARGV[8]})
redis.call('HSET', KEYS[1], ARGV[1], entry)
return {outcome, entry}`

/** KEYS: mapping. ARGV: user, sid, now. */
const releaseScript = `
local raw = redis.call('HGET', KEYS[1], ARGV[1])
if not raw then return 0 end
local entry = cjson.decode(raw)
if entry.agent_sid ~= ARGV[2] or entry.released_at then return 0 end
entry.released_at = tonumber(ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(entry))
return 1`

/** KEYS: mapping. ARGV: user, sid. */
const removeScript = `${isHeldFunction}
local raw = redis.call('HGET', KEYS[1], ARGV[1])
if not raw then return 0 end
local entry = cjson.decode(raw)
if entry.agent_sid ~= ARGV[2] or is_held(entry) then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])`

/** The store that servers share. Scripts make each step one, whoever else is at it. Closes `redis` with itself. */
export function createRedisStore(redis: Redis, { server, sessionExpiryMs, leaseMs }: StoreOptions): SessionStore {
  let boot = randomUUID() as string
  const run = (script: string, ...args: readonly (string | number)[]) => redis.eval(script, 1, mappingKey, ...args)
  const beat = async () => void (await redis.set(serverKey(server), boot, 'PX', leaseMs))

  async function write(sessionId: string, fields: SessionFields, replaces: boolean): Promise<void> {
    const key = sessionKey(sessionId)
    const steps = redis.multi()
    if (replaces) steps.del(key)
    await steps.hset(key, fields).pexpire(key, sessionExpiryMs).exec()
  }

  return {
    async claim({ userId, agentSid, nowMs, graceMs, newSessionId }) {
      const connectedAt = new Date(nowMs).toISOString()
      const answer = await run(claimScript, userId, agentSid, nowMs, graceMs, newSessionId, connectedAt, server, boot)
      const [outcome, entry] = answer as ['refused' | 'new' | 'kept', string]
      return outcome === 'refused' ? { outcome } : { outcome, entry: readEntry(entry) }
    },
    async find(userId) {
      const entry = await redis.hget(mappingKey, userId)
      return entry === null ? undefined : readEntry(entry)
    },
    release: async (userId, agentSid, nowMs) => (await run(releaseScript, userId, agentSid, nowMs)) === 1,
    remove: async (userId, agentSid) => (await run(removeScript, userId, agentSid)) === 1,
    async list() {
      const entries = Object.entries(await redis.hgetall(mappingKey)).map(([id, raw]) => [id, readEntry(raw)] as const)
      const servers = [...new Set(entries.map(([, entry]) => entry.server))]
      const boots = new Map<string, string | null>()
      for (const one of servers) boots.set(one, await redis.get(serverKey(one)))
      return entries.map(([userId, entry]) => {
        const isHeld = entry.releasedAtMs === undefined && boots.get(entry.server) === entry.boot
        return { userId, entry, isHeld, isOwn: entry.server === server && entry.boot === boot }
      })
    },
    readSession: (sessionId) => redis.hgetall(sessionKey(sessionId)),
    replaceSession: (sessionId, fields) => write(sessionId, fields, true),
    writeSession: (sessionId, fields) => write(sessionId, fields, false),
    beat,
    async reboot() {
      boot = randomUUID()
      await beat()
    },
    async close() {
      try {
        if ((await redis.get(serverKey(server))) === boot) await redis.del(serverKey(server))
      } finally {
        // A server that is gone would not say goodbye.
        redis.disconnect()
      }
    },
  }
}

function readEntry(text: string): AgentEntry {
  const stored = JSON.parse(text) as StoredEntry
  return {
    sessionId: stored.session_id,
    agentSid: stored.agent_sid,
    connectedAt: stored.connected_at,
    server: stored.server,
    boot: stored.boot,
    ...(stored.released_at !== undefined && { releasedAtMs: stored.released_at }),
  }
}
