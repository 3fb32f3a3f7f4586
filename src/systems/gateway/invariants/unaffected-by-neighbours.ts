import { createViolationLog } from '../../../check/violation-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion } from '../../../core/event.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import type { GatewayParams } from '../params.ts'

export const unaffectedByNeighbours: Invariant = {
  name: 'unaffected-by-neighbours',
  kind: 'liveness',
  sentence: 'No client is refused or cut off without a fault of its own, whatever its neighbours do.',
}

/** Operations that tell of a whole phase; what happened to a frame within one is told by it, too. */
const phases = new Set(['connect', 'session-reset', 'upload', 'partial-upload', 'results'])

const harms: Readonly<Record<string, string>> = {
  'connect-refused': 'was refused the connection',
  'max-clients-reached': 'was turned away',
  'server-error': 'was answered ERROR',
  'connection-lost': 'lost its connection',
  'early-close': 'was cut off',
  'truncated-answer': 'was cut off within an answer',
}

/**
 * What one client sees cannot tell a neighbour's doing from a server that is stopped, short of slots or without its
 * broker. So whoever is refused or cut off counts as harmed only where the scenario says that the target is dependable;
 * elsewhere it is an operation that failed. Wrong or missing results are judged by the other invariants.
 */
export function createNeighbourChecker(client: ClientIndex, { dependable }: GatewayParams): Checker {
  const violations = createViolationLog()
  const atFault = new Set<number>()
  let examined = 0
  let undecidable = 0

  function judge({ operation, errorCode, atMs, connection, value }: Completion): void {
    const harm = harms[errorCode ?? '']
    if (errorCode === undefined) examined++
    else if (!harm || atFault.has(connection) || !dependable) undecidable++
    else {
      examined++
      violations.add({
        invariant: unaffectedByNeighbours.name,
        kind: unaffectedByNeighbours.kind,
        class: 'lost',
        recipient: client,
        atMs,
        connection,
        message: `client ${client}, which had done nothing wrong, ${harm} (${operation} on connection ${connection})`,
        received: value,
      })
    }
  }

  return {
    invariant: unaffectedByNeighbours,
    observe(event) {
      if (event.type === 'fault') atFault.add(event.connection)
      if (event.type === 'completion' && phases.has(event.operation)) judge(event)
    },
    conclude: () => ({ examined, undecidable, violations: violations.list() }),
  }
}
