import type { Cause, Checker, Conclusion, Invariant, Violation, ViolationClass } from '../core/check.ts'
import type { Mark, Marks, RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createViolationLog, type ViolationLog } from './violation-log.ts'

export const ownership: Invariant = {
  name: 'ownership',
  kind: 'isolation',
  sentence: 'Every marker that a client receives is its own.',
  byMarkers: true,
}

export const createOwnershipChecker = (client: ClientIndex): Checker => new OwnershipChecker(client)

/** Judges by the bytes alone, whatever the protocol: what the ownership scan saw on all connections of one client. */
class OwnershipChecker implements Checker {
  readonly invariant = ownership
  private readonly client: ClientIndex
  /** Hardly any client has one. */
  private violations: ViolationLog | undefined
  private bytesScanned = 0
  private ownMarkers = 0
  private otherMarkers = 0

  constructor(client: ClientIndex) {
    this.client = client
  }

  observe(event: RunEvent): void {
    if (event.type !== 'marks') return
    this.bytesScanned += event.bytes
    this.ownMarkers += event.own
    this.otherMarkers += event.foreign.length
    for (const mark of event.foreign) {
      this.violations ??= createViolationLog()
      this.violations.add(describeMark(this.client, event, mark))
    }
  }

  conclude(): Conclusion {
    const { bytesScanned, ownMarkers, otherMarkers } = this
    return {
      examined: ownMarkers + otherMarkers,
      undecidable: 0,
      violations: this.violations?.list() ?? [],
      coverage: { bytesScanned, ownMarkers },
    }
  }
}

function describeMark(client: ClientIndex, { atMs, connection }: Marks, mark: Mark): Violation {
  const kind = mark.kind === 'identity' ? 'identity' : 'data'
  const place = `on connection ${connection}, byte ${mark.offset}`
  const violation = (type: ViolationClass, message: string, owner?: ClientIndex, cause?: Cause): Violation => ({
    invariant: ownership.name,
    kind: ownership.kind,
    class: type,
    recipient: client,
    ...(owner !== undefined && { owner }),
    ...(cause && { cause }),
    atMs,
    connection,
    message,
    received: { kind: mark.kind, epoch: mark.epoch, sequence: mark.sequence, offset: mark.offset },
  })
  const { owner } = mark
  if (owner === 'corrupt') {
    return violation('corrupt', `client ${client} received a marker of this run that was altered ${place}`)
  }
  if (owner === 'orphan') {
    const message = `client ${client} received ${kind} of another run ${place}`
    return violation('orphan', message, undefined, { clients: [], proof: 'marker', message: 'left from another run' })
  }
  const stamp = `marker ${mark.sequence} of client ${owner}, epoch ${mark.epoch}`
  const cause: Cause = { clients: [owner], proof: 'marker', message: stamp }
  if (owner === client) {
    const message = `client ${client} received ${kind} of its own earlier identity (${stamp}) ${place}`
    return violation('stale-epoch', message, owner, cause)
  }
  return violation('foreign', `client ${client} received ${kind} of client ${owner} (${stamp}) ${place}`, owner, cause)
}
