import { randomUUID } from 'node:crypto'
import type { AgentEntry, Claim, ClaimResult, SessionFields, SessionStore, StoreOptions } from './session-store.ts'

interface Session {
  readonly fields: Map<string, string>
  expiresAtMs: number
}

/** The store of a single server. Promises no durability: it lives as long as the process. */
export function createMemoryStore({ server, sessionExpiryMs }: Omit<StoreOptions, 'leaseMs'>): SessionStore {
  const agents = new Map<string, AgentEntry>()
  const sessions = new Map<string, Session>()
  let boot = randomUUID() as string

  const isHeld = ({ releasedAtMs, boot: of }: AgentEntry) => releasedAtMs === undefined && of === boot

  function claim({ userId, agentSid, nowMs, graceMs, newSessionId }: Claim): ClaimResult {
    const known = agents.get(userId)
    if (known && isHeld(known)) return { outcome: 'refused' }
    const isKept = known !== undefined && nowMs - (known.releasedAtMs ?? nowMs) <= graceMs
    const sessionId = isKept ? known.sessionId : newSessionId
    const entry = { sessionId, agentSid, connectedAt: new Date(nowMs).toISOString(), server, boot }
    agents.set(userId, entry)
    return { outcome: isKept ? 'kept' : 'new', entry }
  }

  function touch(sessionId: string): Session {
    const nowMs = Date.now()
    const known = sessions.get(sessionId)
    const session = known && known.expiresAtMs > nowMs ? known : { fields: new Map<string, string>(), expiresAtMs: 0 }
    session.expiresAtMs = nowMs + sessionExpiryMs
    sessions.set(sessionId, session)
    return session
  }

  function set(session: Session, fields: SessionFields): void {
    for (const [key, value] of Object.entries(fields)) session.fields.set(key, value)
  }

  /** Only what is looked at would expire by itself. */
  function sweep(): void {
    const nowMs = Date.now()
    for (const [id, { expiresAtMs }] of sessions) if (expiresAtMs <= nowMs) sessions.delete(id)
  }

  return {
    claim: async (request) => claim(request),
    find: async (userId) => agents.get(userId),
    async release(userId, agentSid, nowMs) {
      const entry = agents.get(userId)
      if (entry?.agentSid !== agentSid || entry.releasedAtMs !== undefined) return false
      agents.set(userId, { ...entry, releasedAtMs: nowMs })
      return true
    },
    async remove(userId, agentSid) {
      const entry = agents.get(userId)
      return entry?.agentSid === agentSid && !isHeld(entry) ? agents.delete(userId) : false
    },
    list: async () =>
      [...agents].map(([userId, entry]) => ({ userId, entry, isHeld: isHeld(entry), isOwn: entry.boot === boot })),
    async readSession(sessionId) {
      const session = sessions.get(sessionId)
      return session && session.expiresAtMs > Date.now() ? Object.fromEntries(session.fields) : {}
    },
    async replaceSession(sessionId, fields) {
      sessions.delete(sessionId)
      set(touch(sessionId), fields)
    },
    writeSession: async (sessionId, fields) => set(touch(sessionId), fields),
    beat: async () => sweep(),
    async reboot() {
      boot = randomUUID()
    },
    close: async () => {},
  }
}
