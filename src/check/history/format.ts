import type { MarkKind, Outcome, RunEvent } from '../../core/event.ts'
import type { Json } from '../../core/json.ts'

/*
 * A history file holds the events of one thread in the order in which its observers saw them:
 *
 *     "mcsim-history" | version u8 | record: run id text, thread | record per event | record: end tag, HistoryEnd
 *
 * Each record has its length before it, so that a file that was cut anywhere is read up to its last whole record; a file
 * without the end record was cut. Times are whole microseconds, told as the difference to the record before.
 */

export const fileMagic = Buffer.from('mcsim-history')
export const fileVersion = 3

export const endTag = 0

/** What stands in the end record, after the number of events. */
export interface HistoryEnd {
  /** Events that came when the file had met its limit, and that are not in it. */
  readonly unwritten: number
  /** What the run knows of this thread and events do not tell. */
  readonly facts: Json
}

/** The number of an event's type, its place here, stands at the start of its record. New types go to the end. */
const eventTypes = [
  'arrived',
  'left',
  'dropped',
  'opened',
  'closed',
  'invocation',
  'completion',
  'delivery',
  'marks',
  'fault',
  'stray-bytes',
] as const satisfies readonly RunEvent['type'][]

const firstEventTag = 1

type Tags = { readonly [Type in RunEvent['type']]: number }

export const eventTags = Object.fromEntries(eventTypes.map((type, i) => [type, i + firstEventTag])) as Tags

export const eventTypeOf = (tag: number): RunEvent['type'] | undefined => eventTypes[tag - firstEventTag]

/** Places, like those of the types, are numbers of the format: new ones go to the end. */
export const outcomes: readonly Outcome[] = ['ok', 'failed', 'indeterminate', 'limited']
/** A completion's flags: whether an error code and the time of halts follow, and above them its outcome's place. */
export const codedFlag = 1
export const haltedFlag = 2
export const outcomeShift = 2
export const markKinds: readonly MarkKind[] = ['payload', 'identity']

/** Owners that are no client; a client is its index plus their number. */
export const nobodies = ['orphan', 'corrupt'] as const
