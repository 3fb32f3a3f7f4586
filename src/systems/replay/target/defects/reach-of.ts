import type { DefectName } from '../defect-name.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'

/** The sessions that something acts on which is meant for one: that one alone, without the defect. */
export function reachOf(
  { defect, sessions }: ReplayServer,
  session: Session,
  name: Extract<DefectName, `global-${string}`>,
): Iterable<Session> {
  return defect.acts(name) ? [...sessions.all()] : [session]
}
