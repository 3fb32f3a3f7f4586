import { kinds } from '../../wire/rows.ts'
import type { Gateway } from '../gateway.ts'
import { collectResults } from '../sessions/collect-results.ts'
import type { Session } from '../sessions/session.ts'

/**
 * `disconnect-as-eof`: an upload that broke off is taken for complete, and what comes of it is sent to the client that
 * connected last, which is taken for the same one come back.
 */
export async function finishAsComplete(gateway: Gateway, session: Session): Promise<void> {
  for (const kind of kinds) await session.end(kind)
  const sendToNewest = async (_owner: Session, part: Parameters<Session['sink']>[0]) => {
    await gateway.sessions.list().at(-1)?.sink(part)
  }
  session.completed = await collectResults(gateway, session, sendToNewest)
  await gateway.sessions.close(session)
}
