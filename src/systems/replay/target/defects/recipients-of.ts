import type { ServerSocket } from '../../../../targets/web-sockets.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'

/** `rare-misroute` takes one snapshot in so many. */
const rareSnapshots = 10_000

/** To whom a snapshot of the session goes: its own sockets, without a defect. */
export function recipientsOf(server: ReplayServer, session: Session): Iterable<ServerSocket> {
  const { defect, shared, sockets } = server
  if (defect.acts('broadcast-stream')) return sockets.open
  if (defect.acts('second-socket-steals')) return [...session.sockets].slice(-1)
  if (defect.acts('old-close-unregisters-new')) {
    return [...session.sockets].filter((socket) => !shared.unregistered.has(socket))
  }
  shared.snapshots++
  if (shared.snapshots % rareSnapshots === 0 && defect.acts('rare-misroute')) return findOther(server, session)
  return session.sockets
}

function findOther({ player }: ReplayServer, session: Session): Iterable<ServerSocket> {
  for (const other of player.streaming) if (other !== session) return [...other.sockets].slice(0, 1)
  return session.sockets
}
