import type { JsonObject } from '../../../core/json.ts'
import type { InstrumentsServer } from './instruments-server.ts'

/** What `/stats` tells the operator. */
export function describeServer({ agents, viewers, counts, life }: InstrumentsServer): JsonObject {
  const waiting = [...agents.values()].reduce((sum, { waitingFiles }) => sum + waitingFiles, 0)
  const users = [...agents.values()].map(({ userId, sessionId }) => [userId, sessionId])
  return {
    agents: agents.size,
    viewers: viewers.size,
    waitingFiles: waiting,
    life,
    ...counts,
    users: Object.fromEntries(users),
  }
}
