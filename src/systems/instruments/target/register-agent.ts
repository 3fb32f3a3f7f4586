import { randomUUID } from 'node:crypto'
import type { Socket } from 'socket.io'
import { readText } from '../wire/read-fields.ts'
import { agentRoom, attempt, type ConnectedAgent, type InstrumentsServer, schedule } from './instruments-server.ts'
import type { ClaimResult } from './store/session-store.ts'
import { tellViewers } from './tell-viewers.ts'

/** Makes the socket its user's agent, or refuses it. Undefined: refused, or gone already. */
export async function registerAgent(
  server: InstrumentsServer,
  socket: Socket,
  userId: string,
): Promise<ConnectedAgent | undefined> {
  const { store, shared, agents, log, counts } = server
  const claimed = await claim(server, socket, userId)
  if (claimed.outcome === 'refused') {
    counts.refusedAgents++
    socket.emit('connection_rejected', { message: 'An agent of this user is connected already.', user_id: userId })
    // So that the reason leaves before the connection does.
    setImmediate(() => socket.disconnect(true))
    return undefined
  }
  const { entry, outcome } = claimed
  if (!socket.connected) {
    // It left while it was being registered, and nobody has noted that.
    await releaseAgent(server, userId, socket.id)
    return undefined
  }
  const agent = { userId, sessionId: entry.sessionId, socket, lastFile: Promise.resolve(), waitingFiles: 0 }
  agents.set(socket.id, agent)
  shared.lastAgentSid = socket.id
  if (!shared.firstSids.has(userId)) shared.firstSids.set(userId, socket.id)
  await socket.join(agentRoom(userId))
  const viewerKey = readText(socket.handshake.query['viewer_key'])
  if (viewerKey !== undefined) await store.writeSession(entry.sessionId, { viewer_key: viewerKey })
  log.of(userId).info('agent registered', { sessionId: entry.sessionId, outcome })
  socket.emit('session_info', { session_id: entry.sessionId, user_id: userId })
  if (outcome === 'new') tellViewers(server, userId, 'connected')
  return agent
}

async function claim(server: InstrumentsServer, socket: Socket, userId: string): Promise<ClaimResult> {
  const { store, settings, defect, io } = server
  const request = () => ({
    userId,
    agentSid: socket.id,
    nowMs: Date.now(),
    graceMs: settings.graceMs,
    newSessionId: randomUUID(),
  })
  const claimed = await store.claim(request())
  if (claimed.outcome !== 'refused' || !defect.acts('takeover')) return claimed
  const known = await store.find(userId)
  await store.release(userId, known?.agentSid ?? '', Date.now())
  io.in(agentRoom(userId)).socketsLeave(agentRoom(userId))
  return store.claim(request())
}

/** The agent's socket has closed. Its session is kept for the grace; then its viewers are told. */
export async function releaseAgent(server: InstrumentsServer, userId: string, sid: string): Promise<void> {
  const { store, settings, defect, agents, shared, log } = server
  agents.delete(sid)
  if (shared.firstSids.get(userId) === sid) shared.firstSids.delete(userId)
  if (!(await store.release(userId, sid, Date.now()))) return
  log.of(userId).info('agent left')
  if (defect.acts('no-grace')) {
    await forgetAgent(server, userId, sid)
    return
  }
  schedule(server, settings.graceMs, () => attempt(server, userId, expire(server, userId, sid)))
}

async function expire(server: InstrumentsServer, userId: string, sid: string): Promise<void> {
  const { store, defect } = server
  if (!defect.acts('late-unregister')) return forgetAgent(server, userId, sid)
  // The entry goes, whoever has registered since.
  const current = await store.find(userId)
  await store.release(userId, current?.agentSid ?? sid, Date.now())
  await forgetAgent(server, userId, current?.agentSid ?? sid)
}

/** Whoever removes the entry tells the viewers: of several servers, one. */
export async function forgetAgent(server: InstrumentsServer, userId: string, sid: string): Promise<void> {
  if (!(await server.store.remove(userId, sid))) return
  server.log.of(userId).info('agent forgotten')
  tellViewers(server, userId, 'disconnected')
}
