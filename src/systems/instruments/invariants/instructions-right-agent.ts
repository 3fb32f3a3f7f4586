import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion, Delivery, Invocation } from '../../../core/event.ts'
import type { AwaitedValue, InstructionValue, StartValue } from '../workload/event-values.ts'
import { readValue, stopChannels } from '../workload/event-values.ts'
import type { JudgeSetup } from './judge-setup.ts'

export const instructionsRightAgent: Invariant = {
  name: 'instructions-right-agent',
  kind: 'isolation',
  sentence: "Filters and orders to stop reach the agent of the named user, and no other user's.",
}

const channels: ReadonlySet<string> = new Set(['set_filters', ...stopChannels])

/** Where handles collide, more instructions than were asked for tell that one was another's. */
export function createInstructionsChecker({ client }: JudgeSetup): Checker {
  const findings = createFindingLog(instructionsRightAgent, client.arrival.client)
  const roles = new Map<number, string>()
  /** By handle: how many were asked for, less those that came. */
  const owed = new Map<string, number>()
  const previews = new Map<string, number>()
  let stopsOwed = 0
  let agentConnections = 0
  let examined = 0
  let undecidable = 0

  function observeAsked({ operation, value }: Invocation): void {
    const { handle } = readValue<StartValue>(value)
    if (operation === 'stop') stopsOwed++
    if (handle === undefined) return
    if (operation === 'start') owed.set(handle, (owed.get(handle) ?? 0) + 1)
    if (operation === 'preview') previews.set(handle, (previews.get(handle) ?? 0) + 1)
  }

  function observeFilters(event: Delivery): void {
    examined++
    const { handle, isPreview } = readValue<InstructionValue>(event.value)
    const asked = isPreview ? previews : owed
    const left = handle == null ? undefined : asked.get(handle)
    const role = roles.get(event.connection)
    const details = { received: event.value, ...(handle != null && { issuedId: handle }) }
    if (role !== 'agent') findings.add(event, 'leaked', `received instructions as ${role}`, details)
    else if (handle == null || left === undefined) {
      findings.add(event, 'foreign', `received instructions for ${handle}, which its viewers did not give`, details)
    } else {
      asked.set(handle, left - 1)
      // An agent that comes back may be told again what it was told before.
      if (left <= 0 && agentConnections <= 1) {
        findings.add(event, 'foreign', `received instructions for ${handle} more often than its viewers gave them`, {
          received: event.value,
        })
      }
    }
  }

  function observeStop(event: Delivery): void {
    examined++
    const role = roles.get(event.connection)
    if (role !== 'agent') findings.add(event, 'leaked', `received an order to stop as ${role}`)
    else if (--stopsOwed < 0) findings.add(event, 'foreign', 'received an order to stop that its viewers did not give')
  }

  function observeAwaited(event: Completion): void {
    const { arrived, certain } = readValue<AwaitedValue>(event.value)
    if (arrived) {
      examined++
      return
    }
    if (!certain) {
      undecidable++
      return
    }
    examined++
    const what = event.operation === 'await-stop' ? 'the order to stop' : 'the filters'
    findings.add(event, 'lost', `never received ${what} that its viewer gave`)
  }

  return {
    invariant: instructionsRightAgent,
    channels,
    observe(event) {
      if (event.type === 'delivery') {
        if (event.channel === 'set_filters') observeFilters(event)
        else observeStop(event)
      } else if (event.type === 'opened') {
        roles.set(event.connection, event.role)
        if (event.role === 'agent') agentConnections++
      } else if (event.type === 'invocation') observeAsked(event)
      else if (event.type === 'completion' && event.operation.startsWith('await-')) observeAwaited(event)
    },
    conclude: () => ({ examined, undecidable, violations: findings.list() }),
  }
}
