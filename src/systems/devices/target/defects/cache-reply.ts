import type { JsonObject } from '../../../../core/json.ts'
import type { DevicesServer } from '../devices-server.ts'

/** So long a decision answers every poll. */
const cacheMs = 1000

/** `cache-without-identity`: as long as it is fresh, what was answered to one device is answered to all. */
export function cacheReply({ defect, shared }: DevicesServer, reply: JsonObject): JsonObject {
  if (!defect.acts('cache-without-identity')) return reply
  const nowMs = performance.now()
  if (!shared.cachedDecision || shared.cachedDecision.untilMs < nowMs) {
    shared.cachedDecision = { reply, untilMs: nowMs + cacheMs }
  }
  return shared.cachedDecision.reply
}
