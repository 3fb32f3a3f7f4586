import { setTimeout as delay } from 'node:timers/promises'
import type { PlantedDefects } from '../../../../targets/defect.ts'
import type { ResultPart } from '../../wire/results.ts'
import type { DefectName } from '../defect-name.ts'
import type { Session } from '../sessions/session.ts'
import type { SharedState } from './shared-state.ts'

/** Hands a part of a session's results to the client that it is for. */
export type DeliverPart = (session: Session, part: ResultPart) => Promise<void>

/** What `context-across-await` waits for, as for a look-up in a database: time for another session to come between. */
const lookupMs = 50

/** `rare-misroute` takes one row of query 1 in so many. */
const rareRows = 10_000

/** The ways in which results go astray at the last step. Without a defect, each session's go to its own client. */
export function createDelivery(
  defect: PlantedDefects<DefectName>,
  shared: SharedState,
  liveSessions: () => readonly Session[],
): DeliverPart {
  const meeting = createMeeting()
  let current: Session
  let late: ResultPart | undefined
  let amountRows = 0

  /** True once for each `rareRows` rows. */
  const isRare = (part: ResultPart) => {
    const before = Math.floor(amountRows / rareRows)
    if (part.query === 'q1') amountRows += part.rows.length
    return Math.floor(amountRows / rareRows) > before
  }

  return async (session, part) => {
    if (part.rows.length === 0 && defect.acts('empty-query-never-reported')) return
    let recipient = session
    let delivered: ResultPart | undefined = part
    if (defect.acts('misrouted-results')) recipient = liveSessions().at(-1) ?? session
    if (defect.acts('shared-connection')) recipient = await meeting.join(session)
    if (defect.acts('context-across-await')) {
      current = session
      await Promise.all([delay(lookupMs), meeting.join(session)])
      recipient = current
    }
    if (defect.acts('reused-session-id')) {
      recipient = liveSessions().find(({ clientId }) => clientId === session.clientId) ?? session
    }
    if (defect.acts('id-wraparound')) recipient = findByByte(liveSessions(), session.number) ?? session
    if (defect.acts('rare-misroute') && isRare(part)) {
      recipient = liveSessions().find((other) => other !== session) ?? session
    }
    if (part.query === 'q4' && defect.acts('late-results-to-next-client')) [delivered, late] = [late, part]
    if (defect.acts('buffer-bleed')) shared.scratch.write(JSON.stringify(part))
    if (delivered) await recipient.sink(delivered)
  }
}

/**
 * Two sessions that have results at once: those of the first one wait until another has some too, so that no clock
 * decides whether the first has left by then. Resolves with the first.
 */
function createMeeting() {
  let first: Session | undefined
  let meet = (_first: Session) => {}
  const met = new Promise<Session>((resolve) => {
    meet = resolve
  })
  return {
    join(session: Session): Promise<Session> {
      first ??= session
      if (session !== first) meet(first)
      return met
    },
  }
}

/** Whoever is found by that number in 8 bits. */
const findByByte = (sessions: readonly Session[], number: number) =>
  sessions.find((session) => session.number % 256 === number % 256)
