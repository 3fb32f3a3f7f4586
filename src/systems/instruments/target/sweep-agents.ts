import type { ConnectedAgent, InstrumentsServer } from './instruments-server.ts'
import { forgetAgent, releaseAgent } from './register-agent.ts'

/** How often a server says that it lives: so often in the time after which others take it for gone. */
const beatsPerLease = 4

/** A server that was not heard of for as long as this is gone, and its agents may go on elsewhere. */
export const leaseOf = (graceMs: number) => Math.max(1000, graceMs)
export const beatOf = (graceMs: number) => leaseOf(graceMs) / beatsPerLease

/**
 * Says that this server lives, and looks after agents that nobody else does: those whose server is gone, those of its own
 * that others took for gone, and those that the store has lost.
 */
export async function sweepAgents(server: InstrumentsServer): Promise<void> {
  const { store, settings, log, agents } = server
  try {
    await store.beat()
    const present = [...agents.values()]
    const listed = await store.list()
    for (const { userId, entry, isHeld, isOwn } of listed) {
      const own = agents.get(entry.agentSid)
      // One that left while the store did not answer is noted now.
      if (isHeld && isOwn && !own) await releaseAgent(server, userId, entry.agentSid)
      if (isHeld) continue
      if (own) await holdAgain(server, own)
      else if (entry.releasedAtMs === undefined) await store.release(userId, entry.agentSid, Date.now())
      else if (Date.now() - entry.releasedAtMs > settings.graceMs + beatOf(settings.graceMs)) {
        await forgetAgent(server, userId, entry.agentSid)
      }
    }
    if (settings.redis !== undefined) dismissLost(server, present, new Set(listed.map(({ entry }) => entry.agentSid)))
  } catch (error) {
    log.warn('the store does not answer', { error: String(error) })
  }
}

/** Where this server was not heard of for a while, its agents count as gone; they are not. */
async function holdAgain(server: InstrumentsServer, { userId, sessionId, socket }: ConnectedAgent): Promise<void> {
  const { store, settings, agents, log } = server
  const { graceMs } = settings
  const claim = { userId, agentSid: socket.id, nowMs: Date.now(), graceMs, newSessionId: sessionId }
  const { outcome } = await store.claim(claim)
  log.of(userId).warn('agent held again', { outcome })
  if (!agents.has(socket.id)) await releaseAgent(server, userId, socket.id)
}

/** Of whom the store knows nothing, or another one: it has to begin anew, so that no user has two agents. */
function dismissLost({ log }: InstrumentsServer, present: readonly ConnectedAgent[], known: ReadonlySet<string>): void {
  for (const { userId, socket } of present) {
    if (known.has(socket.id) || !socket.connected) continue
    log.of(userId).warn('agent is not the one of the store')
    socket.disconnect(true)
  }
}
