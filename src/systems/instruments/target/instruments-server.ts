import type { Server, Socket } from 'socket.io'
import type { PlantedDefects } from '../../../targets/defect.ts'
import type { ServerLog } from '../../../targets/server-log.ts'
import type { AnalysisPool } from './analysis/analysis-pool.ts'
import type { DefectName } from './defect-name.ts'
import type { SharedState } from './defects/shared-state.ts'
import type { InstrumentsSettings } from './settings.ts'
import type { SessionStore } from './store/session-store.ts'

/** All that the handlers of the reference server work with. */
export interface InstrumentsServer {
  readonly settings: InstrumentsSettings
  readonly io: Server
  readonly store: SessionStore
  readonly pool: AnalysisPool
  readonly log: ServerLog
  readonly defect: PlantedDefects<DefectName>
  readonly shared: SharedState
  /** The reverse map: whose agent a socket of this server is. */
  readonly agents: Map<string, ConnectedAgent>
  readonly viewers: Map<string, ConnectedViewer>
  readonly counts: Record<'files' | 'refusedFiles' | 'refusedAgents' | 'exports' | 'breakdowns', number>
  /** Counts the server's lives: what sockets of an earlier one still tell is nobody's business. */
  life: number
  /** Timers that end with the server. */
  readonly timers: Set<NodeJS.Timeout>
}

export interface ConnectedAgent {
  readonly userId: string
  readonly sessionId: string
  readonly socket: Socket
  /** Its files are worked on one after the other: this is the last. */
  lastFile: Promise<void>
  waitingFiles: number
}

export interface ConnectedViewer {
  readonly socket: Socket
  /** Whom it asked for last: whose updates it gets. */
  userId: string | undefined
}

export const viewersRoom = (userId: string) => `viewers:${userId}`
export const agentRoom = (userId: string) => `agent:${userId}`
export const allViewersRoom = 'all-viewers'

/** What nobody waits for, and what may fail where the store does not answer: it is made good when the agents are swept. */
export function attempt({ log }: InstrumentsServer, userId: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => log.of(userId).error('failed', { error: String(error) }))
}

/** Calls `act` after a while, unless the server has ended by then. */
export function schedule({ timers }: InstrumentsServer, ms: number, act: () => void): void {
  const timer = setTimeout(() => {
    timers.delete(timer)
    act()
  }, ms)
  timers.add(timer)
}
