/** Who is a user's agent, as `agent_user_mapping` holds it. */
export interface AgentEntry {
  readonly sessionId: string
  readonly agentSid: string
  /** ISO 8601. */
  readonly connectedAt: string
  /** The server that the agent is connected to, and which of its starts: an entry of an earlier start is stale. */
  readonly server: string
  readonly boot: string
  /** When the agent left; undefined while it is connected. Milliseconds since 1970. */
  readonly releasedAtMs?: number
}

export interface Claim {
  readonly userId: string
  readonly agentSid: string
  readonly nowMs: number
  readonly graceMs: number
  /** Taken where no session is there to go on with. */
  readonly newSessionId: string
}

export type ClaimResult =
  | { readonly outcome: 'refused' }
  /** `kept`: the session of an agent that left within the grace, or whose server broke down. */
  | { readonly outcome: 'new' | 'kept'; readonly entry: AgentEntry }

export interface ListedAgent {
  readonly userId: string
  readonly entry: AgentEntry
  /** It has not left, and its server is there. */
  readonly isHeld: boolean
  /** It registered at this server, since its last start. */
  readonly isOwn: boolean
}

export type SessionFields = Readonly<Record<string, string>>

/**
 * What the servers of one cluster know together. Each call is atomic, also between servers. Of two agents that claim one
 * user, one is refused.
 */
export interface SessionStore {
  claim(claim: Claim): Promise<ClaimResult>
  find(userId: string): Promise<AgentEntry | undefined>
  /** Notes that the agent has left, if it is still the one of the entry. */
  release(userId: string, agentSid: string, nowMs: number): Promise<boolean>
  /** Removes the entry of an agent that has left, if no other has come since. */
  remove(userId: string, agentSid: string): Promise<boolean>
  list(): Promise<readonly ListedAgent[]>
  readSession(sessionId: string): Promise<SessionFields>
  /** Replaces all fields. */
  replaceSession(sessionId: string, fields: SessionFields): Promise<void>
  /** Sets fields and leaves the others. */
  writeSession(sessionId: string, fields: SessionFields): Promise<void>
  /** Says that this server lives; to be repeated several times in `leaseMs`. */
  beat(): Promise<void>
  /** Begins anew, as a server that has just started: what earlier starts left behind is stale. */
  reboot(): Promise<void>
  close(): Promise<void>
}

export interface StoreOptions {
  /** Of this server, unique among those that share the store. */
  readonly server: string
  readonly sessionExpiryMs: number
  /** A server that has not been heard of for so long is gone. */
  readonly leaseMs: number
}
