import type { Delivery, Mark, Marks } from '../core/event.ts'
import type { RunKey } from '../core/marker.ts'
import type { Sharing } from '../core/sharing.ts'
import { findValueMarkers } from './find-value-markers.ts'

interface KeptMark {
  readonly event: Marks
  readonly mark: Mark
}

type MarkIdentity = Pick<Mark, 'kind' | 'owner' | 'epoch' | 'sequence'>

/** More are taken for violations: so much is shared by no declaration. */
const mostKept = 10_000

/**
 * Tells which markers of others a client received on channels that are declared to be shared. Bytes are scanned below the
 * protocol, and what came on which channel shows only when their message is whole: so markers wait for it.
 */
export class SharedMarks {
  readonly channels: ReadonlySet<string>
  /** How often such markers came. */
  count = 0
  private readonly sharing: Sharing
  private readonly key: RunKey
  private readonly explained = new Set<string>()
  private kept: KeptMark[] = []

  constructor(sharing: Sharing, key: RunKey) {
    this.sharing = sharing
    this.key = key
    this.channels = sharing.channels
  }

  /** False: nothing could explain it. */
  keep(event: Marks, mark: Mark): boolean {
    const isPossible = [...this.channels].some((channel) => this.sharing.allows(channel, mark.owner))
    if (!isPossible || this.kept.length >= mostKept) return false
    this.kept.push({ event, mark })
    return true
  }

  deliver({ channel, value }: Delivery): void {
    for (const marker of findValueMarkers(this.key, value)) {
      if (this.sharing.allows(channel, marker.owner)) this.explained.add(identify(marker))
    }
  }

  /** Those that came on no such channel. */
  takeUnexplained(): readonly KeptMark[] {
    const unexplained = this.kept.filter(({ mark }) => !this.explained.has(identify(mark)))
    this.count += this.kept.length - unexplained.length
    this.kept = []
    return unexplained
  }
}

const identify = ({ kind, owner, epoch, sequence }: MarkIdentity) => `${kind} ${owner} ${epoch} ${sequence}`
