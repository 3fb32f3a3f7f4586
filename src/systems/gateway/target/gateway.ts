import type { DeliverPart } from './defects/deliver-part.ts'
import type { GatewayContext } from './gateway-context.ts'
import type { SessionManager } from './sessions/session-manager.ts'

export interface Gateway extends GatewayContext {
  readonly sessions: SessionManager
  readonly deliver: DeliverPart
}
