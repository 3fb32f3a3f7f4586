import type { Checker, Invariant } from '../core/check.ts'
import { everStood } from '../core/close-reason.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createViolationLog } from './violation-log.ts'

export const noStrayBytes: Invariant = {
  name: 'no-stray-bytes',
  kind: 'correctness',
  sentence: 'A client receives no bytes that it did not ask for and that no message of the protocol explains.',
}

/** Examines connections that stood: each of them could have brought stray bytes. */
export function createStrayBytesChecker(client: ClientIndex): Checker {
  const violations = createViolationLog()
  let connections = 0
  let strayBytes = 0
  return {
    invariant: noStrayBytes,
    observe(event) {
      if (event.type === 'closed' && everStood(event.reason)) connections++
      if (event.type !== 'stray-bytes') return
      strayBytes += event.bytes
      violations.add({
        invariant: noStrayBytes.name,
        kind: noStrayBytes.kind,
        class: 'wrong',
        recipient: client,
        atMs: event.atMs,
        connection: event.connection,
        message: `client ${client} received ${event.bytes} bytes that nothing explains on connection ${event.connection}`,
        received: event.excerpt,
      })
    },
    conclude: () => ({
      examined: connections,
      undecidable: 0,
      violations: violations.list(),
      coverage: { strayBytes },
    }),
  }
}
