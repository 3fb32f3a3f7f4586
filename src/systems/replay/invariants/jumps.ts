import type { ModeValue, SnapshotValue } from '../workload/event-values.ts'

/** One command of the viewer that moves its stream. */
export interface Jump {
  /** `any`: nobody knows beforehand to where. */
  readonly to: 'back' | 'any'
  /** What a switch makes of the stream. */
  readonly wanted: ModeValue | undefined
  /** Refused: nothing moves. */
  isVoid: boolean
  answeredAtMs: number | undefined
  /** Where the server says that it is after the jump. */
  cursorMs: number | undefined
}

/** A place in a stream. */
export interface Place {
  readonly atMs: number
  readonly seq?: number
  readonly mode?: string
  readonly symbol?: string
}

/** Market time between two snapshots: as it always is, where that is known, and the longest so far. */
export interface Steps {
  readonly stepMs: number | undefined
  readonly widestMs: number
}

/** More of them than this no viewer has under way who waits for each answer. */
const keptJumps = 32

/**
 * The jumps of one session, in order. Each of its sockets meets them for itself: what was sent before a jump comes before
 * what was sent after it, and the answer to the command may come before either.
 */
export class Jumps {
  private jumps: Jump[] = []
  private forgotten = 0

  /** So many there have been: a socket that has met so many has them all behind it. */
  get count(): number {
    return this.forgotten + this.jumps.length
  }

  add(to: Jump['to'], wanted?: ModeValue): Jump {
    const jump: Jump = { to, wanted, isVoid: false, answeredAtMs: undefined, cursorMs: undefined }
    this.jumps = this.jumps.concat(jump)
    if (this.jumps.length > keptJumps) {
      this.jumps.shift()
      this.forgotten++
    }
    return jump
  }

  /** So many are so long ago that all that was sent before them has arrived. */
  countSettled(nowMs: number, settleMs: number): number {
    let count = this.forgotten
    for (const { isVoid, answeredAtMs } of this.jumps) {
      if (!isVoid && (answeredAtMs === undefined || nowMs <= answeredAtMs + settleMs)) return count
      count++
    }
    return count
  }

  /**
   * How many a socket has met when `place` comes after `before`, which it does not follow in the ordinary way. Undefined:
   * none of those that it has not met yet explains that. `steps`: what is known of the market time between two snapshots.
   */
  explain(met: number, before: Place, place: Place, steps: Steps): number | undefined {
    const first = this.jumps.findIndex((jump, i) => i + this.forgotten >= met && leadsTo(jump, before, place, steps))
    if (first < 0) return undefined
    let last = first
    // A stop and the start after it are one jump to those who watch.
    while (isSettledAnywhere(this.jumps[last + 1])) last++
    return this.forgotten + last + 1
  }

  leadBack(index: number): boolean {
    return this.jumps[index - this.forgotten]?.to === 'back'
  }

  /** How many a socket has met for certain when `value` comes in the ordinary way. */
  countMet(
    met: number,
    value: SnapshotValue,
    before: Place | undefined,
    arrivedAtMs: number,
    settleMs: number,
  ): number {
    let count = Math.max(met, this.forgotten)
    for (;;) {
      const jump = this.jumps[count - this.forgotten]
      if (!jump || !isBehind(jump, value, before, arrivedAtMs, settleMs)) return count
      count++
    }
  }
}

const isSettledAnywhere = (jump: Jump | undefined) =>
  jump?.to === 'any' && jump.wanted === undefined && jump.answeredAtMs !== undefined

/**
 * By the cursor where the server tells it: the first snapshot after a jump is the first one behind the cursor, or, where a
 * server means by it the next one to be sent, the one that stands there, or, where it tells the time to which it was sent
 * back, the last one before that.
 */
function leadsTo(
  { to, isVoid, cursorMs, wanted }: Jump,
  before: Place,
  place: Place,
  { stepMs, widestMs }: Steps,
): boolean {
  if (isVoid || (wanted && !mayShow(place, wanted))) return false
  if (to === 'any') return true
  if (cursorMs === undefined) return place.atMs <= before.atMs
  return place.atMs > cursorMs - widestMs - 1 && (stepMs === undefined || place.atMs <= cursorMs + 1.5 * stepMs)
}

/** Not every server says with each snapshot what it shows. */
const mayShow = ({ mode, symbol }: Place, wanted: ModeValue) =>
  (mode ?? wanted.mode) === wanted.mode && (symbol ?? wanted.symbol) === wanted.symbol

/** Whether a snapshot was sent after the jump: what was sent before it could not look like this. */
function isBehind(
  jump: Jump,
  value: SnapshotValue,
  before: Place | undefined,
  arrivedAtMs: number,
  settleMs: number,
): boolean {
  const { isVoid, answeredAtMs, wanted, to, cursorMs } = jump
  if (isVoid) return true
  if (answeredAtMs === undefined) return false
  if (arrivedAtMs > answeredAtMs + settleMs) return true
  if (wanted) return value.mode === wanted.mode && value.symbol === wanted.symbol
  // Where it leads back, what was sent before it stands behind its cursor, too.
  const isForward = cursorMs !== undefined && (before === undefined || before.atMs <= cursorMs)
  return to === 'any' && isForward && value.atMs > cursorMs
}
