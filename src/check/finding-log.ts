import type { Invariant, Violation, ViolationClass } from '../core/check.ts'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createViolationLog } from './violation-log.ts'

type Details = Pick<Violation, 'expected' | 'received' | 'issuedId' | 'traces' | 'owner' | 'cause'>

/** Keeps what one checker finds wrong with one client, each with the event that shows it. */
export interface FindingLog {
  /** `what` completes the sentence "client 7 …". */
  add(event: RunEvent & { readonly connection: number }, type: ViolationClass, what: string, details?: Details): void
  list(): readonly Violation[]
}

export function createFindingLog({ name, kind }: Invariant, client: ClientIndex): FindingLog {
  const violations = createViolationLog()
  return {
    add({ atMs, connection }, type, what, details = {}) {
      const message = `client ${client} ${what}`
      violations.add({ invariant: name, kind, class: type, recipient: client, atMs, connection, message, ...details })
    },
    list: () => violations.list(),
  }
}
