import { setTimeout as wait } from 'node:timers/promises'
import { agentRoom, allViewersRoom, type InstrumentsServer, viewersRoom } from '../instruments-server.ts'

/** `rare-misroute` takes one update to one viewer in so many. */
const rareUpdates = 10_000

/** How long the module variable of `context-across-await` is left alone. */
const contextMs = 2

/** How long the join of `join-after-leave` takes. */
const joinMs = 10

/** Rooms that an update of the user goes to; without a defect, those of its own viewers. */
export function roomsOfUpdate(server: InstrumentsServer, userId: string): readonly string[] {
  const { defect, shared } = server
  const own = viewersRoom(userId)
  if (defect.acts('broadcast-to-all-viewers')) return [allViewersRoom]
  if (isRare(server, own) && defect.acts('rare-misroute')) return [viewersRoom(findOther(server, userId))]
  const places = shared.watchedPlaces.get(userId)
  if (places && defect.acts('join-after-leave')) {
    return [own, ...[...places].flatMap((place) => shared.places[place] ?? [])]
  }
  return [own]
}

/** Counts an update once for each of its viewers. */
function isRare({ shared, io }: InstrumentsServer, room: string): boolean {
  const before = shared.updates
  shared.updates += io.sockets.adapter.rooms.get(room)?.size ?? 0
  return Math.floor(shared.updates / rareUpdates) > Math.floor(before / rareUpdates)
}

function findOther({ agents }: InstrumentsServer, userId: string): string {
  for (const agent of agents.values()) if (agent.userId !== userId) return agent.userId
  return userId
}

/** Whose files these are while they are worked on. */
export async function findOwner({ defect, shared }: InstrumentsServer, userId: string): Promise<string> {
  if (!defect.acts('context-across-await')) return userId
  shared.currentUser = userId
  await wait(contextMs)
  return shared.currentUser
}

/** Where answers to an agent's files go. */
export function targetOfAck({ defect, shared }: InstrumentsServer, socketId: string): string {
  return defect.acts('acks-to-last-agent') ? (shared.lastAgentSid ?? socketId) : socketId
}

/** Where instructions for the user's agent go. */
export function targetOfInstruction({ defect, shared }: InstrumentsServer, userId: string): string {
  const lastSid = defect.acts('global-current-agent') ? shared.lastAgentSid : undefined
  const firstSid = defect.acts('stale-mapping-after-restart') ? shared.firstSids.get(userId) : undefined
  return lastSid ?? firstSid ?? agentRoom(userId)
}

/** `join-after-leave`: the viewer's place is noted when it may be another's already. */
export async function noteWatcher({ defect, shared }: InstrumentsServer, sid: string, userId: string): Promise<void> {
  if (!defect.acts('join-after-leave')) return
  const place = shared.places.indexOf(sid)
  await wait(joinMs)
  const places = shared.watchedPlaces.get(userId) ?? new Set()
  shared.watchedPlaces.set(userId, places.add(place))
}

export function takePlace({ shared }: InstrumentsServer, sid: string): void {
  const free = shared.places.indexOf(undefined)
  shared.places[free < 0 ? shared.places.length : free] = sid
}

export function leavePlace({ shared }: InstrumentsServer, sid: string): void {
  const place = shared.places.indexOf(sid)
  if (place >= 0) shared.places[place] = undefined
}
