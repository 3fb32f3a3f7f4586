import { findValueMarkers } from '../../../check/find-value-markers.ts'
import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion, Delivery } from '../../../core/event.ts'
import { deriveRunKey } from '../../../core/marker.ts'
import type { Sharing } from '../../../core/sharing.ts'
import type { ExportValue, StatusValue } from '../workload/event-values.ts'
import { noAgentMessages, readValue, statusChannels } from '../workload/event-values.ts'
import { AgentFollower } from './follow-agent.ts'
import type { JudgeSetup } from './judge-setup.ts'

export const statusOwn: Invariant = {
  name: 'status-own',
  kind: 'isolation',
  sentence: 'What viewers are told of an agent is true of the agent of their own user.',
  optional: true,
}

/** Requests whose answer says whether the agent is there. */
const asking = new Set(['check', 'request-status', 'start', 'export'])

interface Suspect {
  readonly event: Completion
  /** Of the agent that was told to be gone. */
  readonly agentConnection: number
  /** Counts the client's events. */
  readonly moment: number
}

/**
 * That the agent is gone is wrong only if its connection turns out to have been alive: the server may have seen an end
 * that this side had not. That it is there is wrong only where the user never had one.
 */
export function createStatusChecker({ client, pair }: JudgeSetup, sharing?: Sharing): Checker {
  const key = deriveRunKey(client.runId)
  /** A server may tell all of all agents, where the scenario says so. */
  const mayBeTold = (event: Delivery | Completion, userId: string) =>
    event.type === 'delivery' &&
    findValueMarkers(key, userId).some(({ owner }) => sharing?.allows(event.channel, owner))

  const findings = createFindingLog(statusOwn, client.arrival.client)
  const agent = new AgentFollower()
  const registeredAtAsk = new Map<number, number | undefined>()
  const agentRequests = new Map<number, number>()
  let suspects: Suspect[] = []
  let moment = 0
  let examined = 0
  let undecidable = 0

  function judge(event: Delivery | Completion, value: Partial<StatusValue>): void {
    const { connected, userId } = value
    examined++
    if (userId != null && userId !== pair.userId) {
      if (mayBeTold(event, userId)) return
      const details = { issuedId: userId, received: event.value }
      findings.add(event, 'foreign', `was told of an agent of another user, ${userId}`, details)
    } else if (connected === true && !agent.state.everThere) {
      findings.add(event, 'leaked', 'was told that an agent is there, though its user has none', {
        received: event.value,
      })
    }
  }

  function observeAnswer(event: Completion): void {
    const registered = registeredAtAsk.get(event.operationId)
    registeredAtAsk.delete(event.operationId)
    const { message } = readValue<ExportValue>(event.value)
    const saysGone = noAgentMessages.includes(message)
    if (event.operation !== 'export') judge(event, readValue<StatusValue>(event.value))
    const isGone = saysGone || readValue<StatusValue>(event.value).connected === false
    if (isGone && registered !== undefined && registered === agent.state.connection) {
      suspects.push({ event, agentConnection: registered, moment })
    }
  }

  function judgeKeyless(event: Completion): void {
    examined++
    if (readValue<StatusValue>(event.value).connected !== true) return
    findings.add(event, 'leaked', "was told that its agent is there without the user's key", { received: event.value })
  }

  /** An answer to what the agent asked after the suspicion arose: its connection was alive then. */
  function proveAlive(connection: number, askedAt: number): void {
    const isProven = (one: Suspect) => one.agentConnection === connection && one.moment < askedAt
    const proven = suspects.filter(isProven)
    suspects = suspects.filter((one) => !isProven(one))
    for (const { event } of proven) {
      const what = `was told by ${event.operation} that its agent is not there, though it was all the while`
      findings.add(event, 'wrong', what, { received: event.value })
    }
  }

  return {
    invariant: statusOwn,
    channels: statusChannels,
    observe(event) {
      moment++
      if (event.type === 'delivery') {
        judge(event, readValue<StatusValue>(event.value))
        return
      }
      agent.observe(event)
      if (event.type === 'invocation') {
        if (asking.has(event.operation)) registeredAtAsk.set(event.operationId, agent.state.connection)
        else if (event.connection === agent.state.connection && suspects.length > 0) {
          agentRequests.set(event.operationId, moment)
        }
      } else if (event.type === 'completion' && event.outcome === 'ok' && event.value !== null) {
        if (asking.has(event.operation)) observeAnswer(event)
        else if (event.operation === 'check-keyless') judgeKeyless(event)
        const askedAt = agentRequests.get(event.operationId)
        agentRequests.delete(event.operationId)
        if (askedAt !== undefined && !event.operation.startsWith('await-')) proveAlive(event.connection, askedAt)
      }
    },
    conclude() {
      undecidable += suspects.length
      return { examined, undecidable, violations: findings.list(), issuedIds: [pair.userId] }
    },
  }
}
