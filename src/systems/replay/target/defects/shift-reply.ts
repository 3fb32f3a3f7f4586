import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import type { HttpReply } from '../../../../targets/http-error.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Asked } from '../requests/answered.ts'

/** So long a reply takes to come from what stands behind the server, for somebody to leave in the meantime. */
const upstreamMs = 5

/**
 * `reply-shift`: as over a pooled connection, the reply that a cancelled request has not waited for goes to the next
 * request of the same kind, whose own goes to the one after it.
 */
export async function shiftReply({ defect, shared }: ReplayServer, asked: Asked, reply: HttpReply): Promise<HttpReply> {
  if (!defect.acts('reply-shift')) return reply
  await wait(upstreamMs)
  // A timer that is late comes before what the sockets have told in the meantime.
  await turn()
  const owed = shared.owedReplies.get(asked.pattern)
  if (owed || asked.request.isCancelled()) shared.owedReplies.set(asked.pattern, reply)
  return owed ?? reply
}
