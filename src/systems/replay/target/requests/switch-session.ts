import type { Mode } from '../../wire/snapshot.ts'
import { openSimulation } from '../defects/open-simulation.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'
import { Track } from '../sessions/track.ts'

/** What a session is to watch; what is left out stays as it is. */
export interface Wanted {
  readonly mode?: Mode
  readonly symbol?: string
}

/** Lets a session go on in another mode, with another symbol, or both. What it has already changes nothing. */
export function switchSession(server: ReplayServer, session: Session, wanted: Wanted): void {
  const { mode = session.track.mode, symbol = session.track.feed.symbol } = wanted
  if (mode !== session.track.mode) session.track = openTrack(server, session, mode, symbol)
  session.track.changeSymbol(symbol)
  server.player.follow(session)
}

function openTrack(server: ReplayServer, { replay }: Session, mode: Mode, symbol: string): Track {
  if (mode === 'REPLAY') return replay
  return mode === 'LIVE' ? new Track(server.markets.live, symbol) : openSimulation(server, symbol)
}
