import type { Checker, Conclusion, Invariant } from '../../../core/check.ts'
import type { RunEvent } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { AnalyticsOwn, analyticsOwn } from './analytics-own.ts'
import { ControlsOwn, controlsOwn } from './controls-own.ts'
import { HistoryOwn, historyOwn } from './history-own.ts'
import { createListingChecker, listingOwn } from './listing-own.ts'
import { OrdersOwn, ordersOwn } from './orders-own.ts'
import { RateOwn, rateOwn } from './rate-own.ts'
import type { Rule } from './rule.ts'
import { SessionGone, sessionGone } from './session-gone.ts'
import { createSessionChecker, sessionOwn } from './session-own.ts'
import { SocketsAgree, socketsAgree } from './sockets-agree.ts'
import { StreamAlive, streamAlive } from './stream-alive.ts'
import { StreamContinuous, streamContinuous } from './stream-continuous.ts'
import { streamsFreed } from './streams-freed.ts'
import { modeOwn, SwitchOwn, symbolOwn } from './switch-own.ts'
import { ViewerFollower } from './viewer-follower.ts'

export const replayInvariants: readonly Invariant[] = [
  sessionOwn,
  controlsOwn,
  streamContinuous,
  rateOwn,
  modeOwn,
  symbolOwn,
  historyOwn,
  analyticsOwn,
  ordersOwn,
  socketsAgree,
  sessionGone,
  listingOwn,
  streamAlive,
  streamsFreed,
]

/** Who shares a session with others cannot tell its own doing from theirs: only what names a session is judged then. */
export function createCheckers(client: PlannedClient<ReplayParams>): readonly Checker[] {
  const { params } = client
  const session = createSessionChecker(client)
  if (params.session === 'shared') return [session]
  const listing = params.sessionKeys && params.lists ? [createListingChecker(client)] : []
  return [session, ...listing, ...followTogether(params, createRules(client))]
}

/** What a viewer does not do is not judged: where none opens a second socket, nothing can be said of that. */
function createRules(client: PlannedClient<ReplayParams>): readonly Rule[] {
  const { params } = client
  const does = (act: ReplayParams['behaviour'][number]) => params.acts > 0 && params.behaviour.includes(act)
  const simulates = params.mode === 'SIMULATION' || does('mode') || does('order')
  return [
    new ControlsOwn(client),
    new StreamContinuous(client),
    new RateOwn(client),
    ...(params.globalMode ? [] : [new SwitchOwn('mode', client), new SwitchOwn('symbol', client)]),
    ...(does('return') || does('second-socket') ? [new HistoryOwn(client)] : []),
    ...(params.analytics === 'off' ? [] : [new AnalyticsOwn(client)]),
    ...(simulates ? [new OrdersOwn(client)] : []),
    ...(does('second-socket') ? [new SocketsAgree(client)] : []),
    ...(params.deletes || params.expires ? [new SessionGone(client)] : []),
    ...(params.dependable ? [new StreamAlive(client)] : []),
    // A list that is spread into has room for more.
  ].slice()
}

/** All rules share one follower, which hears each event in the name of the first of them and tells them all. */
function followTogether(params: ReplayParams, rules: readonly Rule[]): readonly Checker[] {
  const [first, ...others] = rules
  return first ? [new LeadingRule(first, new ViewerFollower(params, rules)), ...others] : []
}

class LeadingRule implements Checker {
  readonly invariant: Invariant
  private readonly rule: Rule
  private readonly follower: ViewerFollower

  constructor(rule: Rule, follower: ViewerFollower) {
    this.invariant = rule.invariant
    this.rule = rule
    this.follower = follower
  }

  observe(event: RunEvent): void {
    this.follower.observe(event)
  }

  conclude(): Conclusion {
    return this.rule.conclude()
  }
}
