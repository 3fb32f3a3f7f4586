import { allViewersRoom, type InstrumentsServer, viewersRoom } from './instruments-server.ts'

/** Tells the viewers of a user whether its agent is there. */
export function tellViewers({ io, defect }: InstrumentsServer, userId: string, status: 'connected' | 'disconnected') {
  if (defect.acts('global-agent-status')) io.to(allViewersRoom).emit('agent_status', { status })
  else io.to(viewersRoom(userId)).emit('agent_status', { status, user_id: userId })
}
