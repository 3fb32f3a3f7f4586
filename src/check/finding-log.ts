import type { Invariant, Violation, ViolationClass } from '../core/check.ts'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createViolationLog, type ViolationLog } from './violation-log.ts'

type Details = Pick<Violation, 'expected' | 'received' | 'issuedId' | 'traces' | 'owner' | 'cause'>

type Located = Pick<RunEvent & { readonly connection: number }, 'atMs' | 'connection'>

/** Keeps what one checker finds wrong with one client, each with the event that shows it. */
export interface FindingLog {
  /** `what` completes the sentence "client 7 …". */
  add(event: Located, type: ViolationClass, what: string, details?: Details): void
  list(): readonly Violation[]
}

export function createFindingLog(invariant: Invariant, client: ClientIndex): FindingLog {
  return new ClientFindings(invariant, client)
}

/** A class, because every client has several of them, and hardly any ever holds anything. */
class ClientFindings implements FindingLog {
  private readonly invariant: Invariant
  private readonly client: ClientIndex
  private violations: ViolationLog | undefined

  constructor(invariant: Invariant, client: ClientIndex) {
    this.invariant = invariant
    this.client = client
  }

  add(event: Located, type: ViolationClass, what: string, details: Details = {}): void {
    const { name, kind } = this.invariant
    const { atMs, connection } = event
    const message = `client ${this.client} ${what}`
    const found = { invariant: name, kind, class: type, recipient: this.client, atMs, connection, message }
    this.violations ??= createViolationLog()
    this.violations.add({ ...found, ...details })
  }

  list(): readonly Violation[] {
    return this.violations?.list() ?? []
  }
}
