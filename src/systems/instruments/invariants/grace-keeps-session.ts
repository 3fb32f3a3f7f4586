import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Delivery } from '../../../core/event.ts'
import { isNetworkFault } from '../../../core/fault.ts'
import type { LeftValue, StatusValue } from '../workload/event-values.ts'
import { readValue, statusChannels } from '../workload/event-values.ts'
import { AgentFollower, type Return } from './follow-agent.ts'
import type { JudgeSetup } from './judge-setup.ts'

export const graceKeepsSession: Invariant = {
  name: 'grace-keeps-session',
  kind: 'loss',
  sentence: 'An agent that comes back within the grace has its session still, and nobody is told that it was gone.',
  optional: true,
}

/** Timers may fire so much early. */
const timerErrorMs = 5

/**
 * Goes by the longest time that the agent can have been away as the server saw it. That its viewers are told too early is
 * judged only as long as no grace can ever have ended: what a server told then may still be on its way.
 */
export function createGraceChecker({ client, params, pair }: JudgeSetup): Checker {
  const findings = createFindingLog(graceKeepsSession, client.arrival.client)
  const agent = new AgentFollower()
  /** Viewers that have asked for their user: of them, what names nobody is about it. */
  const askers = new Set<number>()
  const limitMs = params.graceMs - timerErrorMs
  let isSilent = false
  let examined = 0
  let undecidable = 0

  function judgeReturn(event: Parameters<typeof findings.add>[0], { before, after, awayMs }: Return): void {
    if (awayMs >= limitMs) {
      undecidable++
      return
    }
    examined++
    if (before === after) return
    const what = `came back after at most ${Math.round(awayMs)} ms of ${params.graceMs} and had another session`
    findings.add(event, 'lost', what, { expected: { sessionId: before }, received: { sessionId: after } })
  }

  function judgeNotice(event: Delivery): void {
    const { connected, userId } = readValue<StatusValue>(event.value)
    const { aliveUntilMs, isFirstSession, registrations } = agent.state
    const isOwn = userId === pair.userId || (userId == null && askers.has(event.connection))
    if (connected !== false || !isOwn || registrations === 0 || !isFirstSession) return
    const sinceMs = event.atMs - aliveUntilMs
    if (sinceMs >= limitMs) {
      undecidable++
      return
    }
    examined++
    const what = `was told that its agent is gone, ${Math.round(sinceMs)} ms after it was there (grace ${params.graceMs})`
    findings.add(event, 'lost', what, { received: event.value })
  }

  return {
    invariant: graceKeepsSession,
    channels: statusChannels,
    observe(event) {
      if (event.type === 'delivery') {
        judgeNotice(event)
        return
      }
      const back = agent.observe(event)
      if (back && event.type === 'completion') judgeReturn(event, back)
      if (event.type === 'invocation' && event.operation === 'check') askers.add(event.connection)
      else if (event.type === 'fault') {
        if (event.fault === 'agent-left') isSilent = readValue<LeftValue>(event.value).how === 'silent'
        else if (isNetworkFault(event.fault)) isSilent = true
      } else if (event.type === 'completion' && event.operation === 'return' && event.errorCode === 'rejected') {
        // Of a connection that fell silent, or met a fault, only the server knows whether it has noticed.
        if (isSilent) {
          undecidable++
          return
        }
        examined++
        findings.add(event, 'lost', 'was rejected again and again when it came back, long after the grace')
      }
    },
    conclude: () => ({ examined, undecidable, violations: findings.list() }),
  }
}
