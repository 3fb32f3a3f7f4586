import type { Cause, Checker, Conclusion, Violation, ViolationClass } from '../core/check.ts'
import { ownership } from '../core/common-invariants.ts'
import type { Mark, Marks, RunEvent } from '../core/event.ts'
import type { RunKey } from '../core/marker.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { Sharing } from '../core/sharing.ts'
import { noChannels } from './no-channels.ts'
import { SharedMarks } from './shared-marks.ts'
import { createViolationLog, type ViolationLog } from './violation-log.ts'

/** `sharing`: what may come of others by declaration, and the key with which to read what came. */
export const createOwnershipChecker = (client: ClientIndex, sharing?: Sharing, key?: RunKey): Checker =>
  new OwnershipChecker(client, sharing && key && new SharedMarks(sharing, key))

/** Judges by the bytes alone, whatever the protocol: what the ownership scan saw on all connections of one client. */
class OwnershipChecker implements Checker {
  readonly invariant = ownership
  readonly channels: ReadonlySet<string>
  private readonly client: ClientIndex
  private readonly shared: SharedMarks | undefined
  /** Hardly any client has one. */
  private violations: ViolationLog | undefined
  private bytesScanned = 0
  private bytesDeepScanned = 0
  private bytesDecoded = 0
  private ownMarkers = 0
  private otherMarkers = 0

  constructor(client: ClientIndex, shared: SharedMarks | undefined) {
    this.client = client
    this.shared = shared
    this.channels = shared?.channels ?? noChannels
  }

  observe(event: RunEvent): void {
    if (event.type === 'delivery') this.shared?.deliver(event)
    if (event.type !== 'marks') return
    this.bytesScanned += event.bytes
    this.bytesDeepScanned += event.deepBytes
    this.bytesDecoded += event.decodedBytes
    this.ownMarkers += event.own
    this.otherMarkers += event.foreign.length
    for (const mark of event.foreign) {
      if (!this.shared?.keep(event, mark)) this.violate(event, mark)
    }
  }

  conclude(): Conclusion {
    for (const { event, mark } of this.shared?.takeUnexplained() ?? []) this.violate(event, mark)
    const { bytesScanned, bytesDeepScanned, bytesDecoded, ownMarkers, otherMarkers, shared } = this
    return {
      examined: ownMarkers + otherMarkers,
      undecidable: 0,
      violations: this.violations?.list() ?? [],
      coverage: {
        bytesScanned,
        bytesDeepScanned,
        bytesDecoded,
        ownMarkers,
        ...(shared && { sharedMarkers: shared.count }),
      },
    }
  }

  private violate(event: Marks, mark: Mark): void {
    this.violations ??= createViolationLog()
    this.violations.add(describeMark(this.client, event, mark))
  }
}

function describeMark(client: ClientIndex, { atMs, connection }: Marks, mark: Mark): Violation {
  const { owner, form, sequence, epoch, offset } = mark
  const written = form === undefined ? '' : ` (${form})`
  const kind = mark.kind === 'identity' ? 'identity' : 'data'
  const place = `on connection ${connection}, byte ${offset}`
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
    received: { kind: mark.kind, epoch, sequence, offset, ...(form !== undefined && { form }) },
  })
  if (owner === 'corrupt') {
    return violation('corrupt', `client ${client} received a marker of this run that was altered${written} ${place}`)
  }
  if (owner === 'orphan') {
    const message = `client ${client} received ${kind} of another run${written} ${place}`
    return violation('orphan', message, undefined, { clients: [], proof: 'marker', message: 'left from another run' })
  }
  if (mark.isWeak) {
    const message = `client ${client} received a marker of client ${owner}, ${form}, ${place}`
    const cause = 'these digits hold no check sum (weak)'
    return violation('foreign', message, owner, { clients: [owner], proof: 'suspected', message: cause })
  }
  const stamp = `marker ${sequence} of client ${owner}, epoch ${epoch}${form === undefined ? '' : `, ${form}`}`
  const cause: Cause = { clients: [owner], proof: 'marker', message: stamp }
  if (owner === client) {
    const message = `client ${client} received ${kind} of its own earlier identity (${stamp}) ${place}`
    return violation('stale-epoch', message, owner, cause)
  }
  return violation('foreign', `client ${client} received ${kind} of client ${owner} (${stamp}) ${place}`, owner, cause)
}
