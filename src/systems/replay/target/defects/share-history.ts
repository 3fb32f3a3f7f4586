import { historyLength } from '../../params/market-formulas.ts'
import type { SnapshotJson } from '../../wire/snapshot.ts'
import type { ReplayServer } from '../replay-server.ts'

/** `shared-buffer`: what is kept of one session's stream is kept for all. */
export function shareHistory({ defect, shared: { history } }: ReplayServer, snapshot: SnapshotJson): void {
  if (!defect.acts('shared-buffer')) return
  history.push(snapshot)
  if (history.length > historyLength) history.shift()
}

export function historyOf({ defect, shared }: ReplayServer, own: () => readonly SnapshotJson[]) {
  return defect.acts('shared-buffer') ? shared.history : own()
}
