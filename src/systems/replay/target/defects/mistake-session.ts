import { setTimeout as wait } from 'node:timers/promises'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'

/** How long the module variable of `context-across-await` is left alone. */
const contextMs = 5

/** The session that a control acts on: the one that is meant, without a defect. */
export async function mistakeSession(server: ReplayServer, meant: Session): Promise<Session> {
  const { defect, shared, sessions } = server
  if (meant.origin === 'shared' && defect.acts('strategy-on-first-session')) {
    for (const oldest of sessions.all()) if (oldest.origin !== 'shared') return oldest
  }
  if (!defect.acts('context-across-await')) return meant
  shared.currentSession = meant
  await wait(contextMs)
  return shared.currentSession
}
