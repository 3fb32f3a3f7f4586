import type { Checker } from '../core/check.ts'
import { everStood } from '../core/close-reason.ts'
import { witnessSilent } from '../core/common-invariants.ts'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createViolationLog } from './violation-log.ts'

/**
 * Examines a witness's connections that stood. Refusals (failed operations), successes without a value, such as that of
 * connecting, and the word that an idle connection is ended are no data; bytes that no event of their connection explains
 * are. What was under way when the connection ended is told after that, and explains them as well.
 */
export function createWitnessChecker(client: ClientIndex): Checker {
  const violations = createViolationLog()
  const explained = new Set<number>()
  const openedAtMs = new Map<number, number>()
  const underWay = new Map<number, number>()
  let connections = 0
  let witnessedMs = 0

  const violate = (event: Extract<RunEvent, { connection: number }>, what: string) =>
    violations.add({
      invariant: witnessSilent.name,
      kind: witnessSilent.kind,
      class: 'leaked',
      recipient: client,
      atMs: event.atMs,
      connection: event.connection,
      message: `client ${client} sent nothing and received ${what} on connection ${event.connection}`,
      ...('value' in event && { received: event.value }),
    })

  return {
    invariant: witnessSilent,
    observe(event) {
      if (event.type === 'opened') {
        openedAtMs.set(event.connection, event.atMs)
      } else if (event.type === 'delivery') {
        explained.add(event.connection)
        violate(event, `a message of ${event.channel}`)
      } else if (event.type === 'stray-bytes') {
        explained.add(event.connection)
        violate(event, `${event.bytes} bytes that nothing explains`)
      } else if (event.type === 'invocation') {
        underWay.set(event.connection, (underWay.get(event.connection) ?? 0) + 1)
      } else if (event.type === 'completion') {
        underWay.set(event.connection, (underWay.get(event.connection) ?? 1) - 1)
        explained.add(event.connection)
        if (event.outcome === 'ok' && event.value !== null) violate(event, `an answer to ${event.operation}`)
      } else if (event.type === 'closed' && everStood(event.reason)) {
        connections++
        witnessedMs += event.atMs - (openedAtMs.get(event.connection) ?? event.atMs)
        const isUnderWay = (underWay.get(event.connection) ?? 0) > 0
        const isExplained = explained.delete(event.connection) || isUnderWay || event.reason === 'idle-limit'
        if (event.bytesIn > 0 && !isExplained) violate(event, `${event.bytesIn} bytes`)
      }
    },
    conclude: () => ({
      examined: connections,
      undecidable: 0,
      violations: violations.list(),
      coverage: { witnessedMs },
    }),
  }
}
