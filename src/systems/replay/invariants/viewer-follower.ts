import type { Completion, Delivery, Invocation, Observer, RunEvent } from '../../../core/event.ts'
import { InFlight } from '../../../core/in-flight.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import {
  type GoBackValue,
  type HistoryValue,
  type ModeValue,
  readAnswer,
  type SessionValue,
  type SnapshotValue,
  type WatchValue,
} from '../workload/event-values.ts'
import type { Jump } from './jumps.ts'
import type { FollowedSession, Rule } from './rule.ts'
import { SessionModel } from './session-model.ts'
import { StreamFollower } from './stream-follower.ts'

interface UnderWay {
  readonly invocation: Invocation
  readonly jump: Jump | undefined
}

/** Follows one viewer through its sessions and tells the rules what happens, one for all of them. */
export class ViewerFollower implements Observer {
  private readonly params: ReplayParams
  private readonly rules: readonly Rule[]
  private readonly underWay = new InFlight<UnderWay>()
  /** Connections to a session to which the viewer was connected before. */
  private returning: readonly number[] = none
  private session: FollowedSession | undefined
  private sessions = 0
  private begunBy: 'create' | 'watch' | undefined

  constructor(params: ReplayParams, rules: readonly Rule[]) {
    this.params = params
    this.rules = rules
  }

  observe(event: RunEvent): void {
    if (event.type === 'delivery') this.observeDelivery(event)
    else if (event.type === 'invocation') this.observeInvocation(event)
    else if (event.type === 'completion') this.observeCompletion(event)
    else if (event.type === 'closed') this.session?.stream.close(event.connection)
  }

  private observeInvocation(event: Invocation): void {
    const session = this.sessionFor(event)
    const jump = addJump(event, session)
    session.model.command(event)
    this.underWay.add(event.operationId, { invocation: event, jump })
    if (event.operation === 'watch') {
      session.stream.open(event.connection, event.atMs)
      if ((event.value as unknown as WatchValue).returns) this.returning = [...this.returning, event.connection]
    }
    for (const rule of this.rules) rule.invoked?.(event, session)
  }

  /** A viewer's next session begins when it asks for one, or connects to one to which it was not connected before. */
  private sessionFor({ operation, value }: Invocation): FollowedSession {
    const isNew = operation === 'create' || (operation === 'watch' && !(value as unknown as WatchValue).returns)
    const { begunBy } = this
    if (isNew) this.begunBy = operation as 'create' | 'watch'
    // The first connection to a session that was created belongs to it.
    const isAnother = isNew && begunBy !== undefined && !(operation === 'watch' && begunBy === 'create')
    if (this.session && !isAnother) return this.session
    const { params } = this
    const session = { model: new SessionModel(params), stream: new StreamFollower(params), number: this.sessions++ }
    this.session = session
    this.returning = none
    for (const rule of this.rules) rule.began?.(session)
    return session
  }

  private observeCompletion(event: Completion): void {
    const known = this.underWay.take(event.operationId)
    if (!known || !this.session) return
    const { invocation, jump } = known
    const value = readAnswer<SessionValue>(event.value)
    if (jump) settleJump(jump, event, value)
    if (value?.endMs !== undefined) this.session.stream.tellsEnd = true
    if (value?.state === 'PLAYING') this.session.stream.hasBegun = true
    const mismatches = this.session.model.settle(invocation, event, value, invocation.atMs)
    const answer = { event, invocation, value, mismatches }
    for (const rule of this.rules) rule.answered?.(answer, this.session)
  }

  private observeDelivery(event: Delivery): void {
    const { session } = this
    if (!session) return
    if (event.channel === 'snapshot') this.observeSnapshot(event, session)
    else if (event.channel === 'history') {
      const value = event.value as unknown as HistoryValue
      const returns = this.returning.includes(event.connection)
      session.stream.takeHistory(event.connection, value.snapshots)
      for (const rule of this.rules) rule.receivedHistory?.({ event, value, returns }, session)
    }
  }

  /** What names another session is no part of this stream; it is judged by its name. */
  private observeSnapshot(event: Delivery, session: FollowedSession): void {
    const value = event.value as unknown as SnapshotValue
    if (value.foreignSession !== undefined) return
    const isLive =
      value.mode === undefined ? session.model.mode.values?.includes('LIVE') === true : value.mode === 'LIVE'
    const seen = session.stream.take(event, value, isLive)
    if (seen) for (const rule of this.rules) rule.received?.(seen, session)
  }
}

const none: readonly number[] = []

function addJump({ operation, value }: Invocation, { stream, model }: FollowedSession): Jump | undefined {
  if (operation === 'go-back' && (value as unknown as GoBackValue).seconds > 0) return stream.jumps.add('back')
  if (operation === 'mode') {
    const wanted = value as unknown as ModeValue
    const isSame = isOnly(model.mode.values, wanted.mode) && isOnly(model.symbol.values, wanted.symbol)
    // Snapshots of before and after do not differ then.
    return isSame ? stream.jumps.add('any') : stream.jumps.add('any', wanted)
  }
  if (operation !== 'start' && operation !== 'stop') return undefined
  const jump = stream.jumps.add('any')
  const isFirst = operation === 'start' && !stream.hasBegun
  if (isFirst && stream.isUntouched && isOnly(model.state.values, 'STOPPED')) stream.beginAfterJumps()
  return jump
}

function settleJump(jump: Jump, { outcome, atMs }: Completion, answer: SessionValue | undefined): void {
  jump.isVoid = outcome === 'failed' || outcome === 'limited'
  jump.answeredAtMs = atMs
  jump.cursorMs = answer?.cursorMs
}

const isOnly = (values: readonly string[] | undefined, value: string) => values?.length === 1 && values[0] === value
