import type { SnapshotJson } from '../wire/snapshot.ts'
import type { BestLevels } from './order-flow.ts'

/** As much of a snapshot as the next one is compared with. Written anew with each, because each viewer has one. */
export class Predecessor implements BestLevels {
  bid = 0
  bidVolume = 0
  ask = 0
  askVolume = 0
  private isKnown = false
  private seq: number | undefined
  private mode: string | undefined
  private symbol: string | undefined
  private dropped = 0

  /** Nothing is known of what came before. */
  forget(): void {
    this.isKnown = false
  }

  become({ seq, mode, symbol, dropped = 0 }: SnapshotJson, best: BestLevels): void {
    this.isKnown = true
    this.seq = seq
    this.mode = mode
    this.symbol = symbol
    this.dropped = dropped
    this.bid = best.bid
    this.bidVolume = best.bidVolume
    this.ask = best.ask
    this.askVolume = best.askVolume
  }

  /** Whether the session has sent nothing between the two. */
  isFollowedBy({ seq, mode, symbol }: SnapshotJson): boolean {
    const { seq: before } = this
    return this.isKnown && before !== undefined && seq === before + 1 && mode === this.mode && symbol === this.symbol
  }

  /**
   * Whether a snapshot that is not joined to this one is not joined to any that was missed either. Where some were dropped, or
   * a few steps are missing, nobody can tell; LIVE leaves steps out by itself.
   */
  leavesNothingBefore({ seq, mode, symbol, dropped = 0 }: SnapshotJson): boolean {
    if (seq === undefined) return false
    if (!this.isKnown) return seq === 0
    if (this.dropped !== dropped) return false
    if (this.mode !== mode || this.symbol !== symbol) return true
    return this.seq !== undefined && (seq <= this.seq || mode === 'LIVE')
  }
}
