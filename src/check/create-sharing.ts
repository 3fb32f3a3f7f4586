import type { MarkOwner } from '../core/event.ts'
import type { Visibility } from '../core/scenario.ts'
import type { Sharing } from '../core/sharing.ts'

/** Undefined where every channel is private, as nearly always. `isPeer`: a client of the same group. */
export function createSharing(
  visibility: Readonly<Record<string, Visibility>>,
  isPeer: (client: number) => boolean,
): Sharing | undefined {
  const channels = new Set(Object.keys(visibility).filter((channel) => visibility[channel] !== 'private'))
  if (channels.size === 0) return undefined
  return {
    channels,
    allows(channel, owner: MarkOwner) {
      if (typeof owner !== 'number' || !channels.has(channel)) return false
      return visibility[channel] === 'public' || isPeer(owner)
    },
  }
}
