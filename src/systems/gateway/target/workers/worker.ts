import type { Broker } from '../../../../targets/broker/broker.ts'
import type { PlantedDefects } from '../../../../targets/defect.ts'
import type { ServerLog } from '../../../../targets/server-log.ts'
import type { DefectName } from '../defect-name.ts'
import type { SharedState } from '../defects/shared-state.ts'

export interface WorkerContext {
  readonly broker: Broker
  /** Begins the name of every queue, so that several gateways can share a broker. */
  readonly queuePrefix: string
  /** Messages that one worker holds unacknowledged. */
  readonly prefetch: number
  /** An owner forgets a client of which it has heard nothing for so long. */
  readonly orphanAfterMs: number
  readonly log: ServerLog
  /** Ends the waiting for a partition. */
  readonly signal: AbortSignal
  readonly shared: SharedState
  readonly defect: PlantedDefects<DefectName>
}

export interface Worker {
  /** How many clients it keeps state of. */
  readonly clients: number
  /** Takes no more messages, and resolves when what it had begun is done. What is unacknowledged comes to another. */
  stop(): Promise<void>
}
