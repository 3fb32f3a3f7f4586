import type { MarkOwner } from './event.ts'

/** What of others a client may see by declaration. Systems whose clients share nothing never meet one. */
export interface Sharing {
  /** Channels on which data of others may come. */
  readonly channels: ReadonlySet<string>
  /** Whether what belongs to `owner` may come on the channel. What belongs to no client of this run never may. */
  allows(channel: string, owner: MarkOwner): boolean
}
