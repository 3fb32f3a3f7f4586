import type { ServerSocket } from '../../../../targets/web-sockets.ts'
import { encodeSnapshot } from '../../wire/stream-messages.ts'
import { listHistory } from '../playback/send-snapshot.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'

/** `recycled-handle`: what was on its way to a socket that is closed comes out of the next one that is opened. */
export function recycleHandle({ defect, player, shared }: ReplayServer, session: Session): void {
  if (!player.streaming.has(session) || !defect.acts('recycled-handle')) return
  const late = listHistory(session).at(-1)
  if (late) shared.lateSnapshot = encodeSnapshot(late)
}

export function sendLate({ shared }: ReplayServer, socket: ServerSocket): void {
  if (shared.lateSnapshot === undefined) return
  socket.send(shared.lateSnapshot)
  shared.lateSnapshot = undefined
}
