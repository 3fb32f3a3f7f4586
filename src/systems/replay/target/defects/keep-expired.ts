import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'

/** `expired-session-resurrected`: what the sweep has thrown out is still there for whoever asks. */
export function keepExpired({ defect, shared }: ReplayServer, session: Session): void {
  if (defect.acts('expired-session-resurrected')) shared.expired.set(session.id, session)
}

export function resurrect({ shared, sessions }: ReplayServer, id: string): Session | undefined {
  const session = shared.expired.get(id)
  if (!session) return undefined
  shared.expired.delete(id)
  session.lastActivityMs = Date.now()
  return sessions.add(session)
}
