import type { PlantedDefects } from '../../../targets/defect.ts'
import type { ServerLog } from '../../../targets/server-log.ts'
import type { WebSockets } from '../../../targets/web-sockets.ts'
import type { Mode } from '../wire/snapshot.ts'
import type { DefectName } from './defect-name.ts'
import type { SharedState } from './defects/shared-state.ts'
import type { Markets } from './market/open-markets.ts'
import type { Player } from './playback/player.ts'
import type { SessionBook } from './sessions/session-book.ts'
import type { ReplaySettings } from './settings.ts'

/** What the parts of one running server share. */
export interface ReplayServer {
  readonly settings: ReplaySettings
  /** Undefined without session keys. */
  readonly adminKey: string | undefined
  readonly markets: Markets
  readonly sessions: SessionBook
  readonly player: Player
  readonly sockets: WebSockets
  readonly log: ServerLog
  readonly defect: PlantedDefects<DefectName>
  readonly shared: SharedState
  /** What all sessions have together that were named by their sockets: POST /mode changes it. */
  readonly common: { mode: Mode; symbol: string }
  readonly totals: { readonly startedAtMs: number; snapshotsSent: number; requests: number; orders: number }
}
