import type { AlertMemory } from '../analytics/alert-memory.ts'
import type { SessionAnalytics } from '../analytics/session-analytics.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'

/** `shared-analytics`: the last book, its flow and its buckets are those of whoever came last. */
export function analyticsOf({ defect, shared }: ReplayServer, session: Session): SessionAnalytics {
  return defect.acts('shared-analytics') ? shared.analytics : session.analytics
}

/** `dedup-alerts-globally`: what one viewer was shown is kept from all others. */
export function alertsOf({ defect, shared }: ReplayServer): AlertMemory | undefined {
  return defect.acts('dedup-alerts-globally') ? shared.alerts : undefined
}
