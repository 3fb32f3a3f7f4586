import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { Completion, Delivery, Invocation } from '../../../core/event.ts'
import type { HistoryValue, SessionValue } from '../workload/event-values.ts'
import type { Mismatches, SessionModel } from './session-model.ts'
import type { SeenSnapshot, StreamFollower } from './stream-follower.ts'

/** A viewer's session, as far as it follows from the viewer's own actions and from what has come so far. */
export interface FollowedSession {
  readonly model: SessionModel
  readonly stream: StreamFollower
  /** 0 for the viewer's first session. */
  readonly number: number
}

/** What came of one operation. */
export interface SeenAnswer {
  readonly event: Completion
  readonly invocation: Invocation
  /** Undefined where no answer came, or one without a session. */
  readonly value: SessionValue | undefined
  readonly mismatches: Mismatches
}

export interface SeenHistory {
  readonly event: Delivery
  readonly value: HistoryValue
  /** The viewer was connected to this session before. */
  readonly returns: boolean
}

/**
 * Judges one invariant of one viewer. What happened is told in order, after model and stream have taken it in; a message of
 * another's session is told to `foreign` alone.
 */
export interface Rule {
  readonly invariant: Invariant
  began?(session: FollowedSession): void
  invoked?(event: Invocation, session: FollowedSession): void
  answered?(answer: SeenAnswer, session: FollowedSession): void
  received?(seen: SeenSnapshot, session: FollowedSession): void
  receivedHistory?(seen: SeenHistory, session: FollowedSession): void
  conclude(): Conclusion
}
