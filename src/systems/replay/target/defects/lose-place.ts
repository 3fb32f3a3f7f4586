import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'

/** Places in the player, of which none is ever taken but by `slot-exhaustion`. */
const places = 10

/** `slot-exhaustion`: who is gone while its session plays keeps the session's place in the player for good. */
export function losePlace({ defect, player, shared }: ReplayServer, session: Session): void {
  if (player.streaming.has(session) && defect.acts('slot-exhaustion')) shared.lostPlaces++
}

export const hasPlace = ({ shared }: ReplayServer) => shared.lostPlaces < places
