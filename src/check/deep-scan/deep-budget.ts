/** Decides how much of what comes is looked at deeply. All connections of a thread share one. */
export interface DeepBudget {
  /** Whether so many bytes that came now may be. */
  takes(bytes: number, atMs: number): boolean
}

export type DeepScanMode = 'always' | 'sampled'

/** Of each thread: below this rate all is looked at. */
export const sampledBytesPerSecond = 1_000_000

/** What a chunk costs, however short it is, in bytes. */
const chunkCost = 256

/** What can be saved up: short runs and bursts are looked at wholly. */
const mostSeconds = 4

export function createDeepBudget(mode: DeepScanMode = 'sampled', bytesPerSecond = sampledBytesPerSecond): DeepBudget {
  return mode === 'always' ? { takes: () => true } : new RateBudget(bytesPerSecond)
}

/** A bucket of some seconds' worth: below the rate all is taken, above it what comes when there is some left. */
class RateBudget implements DeepBudget {
  private readonly perMs: number
  private readonly most: number
  private left: number
  private lastMs = 0

  constructor(bytesPerSecond: number) {
    this.perMs = bytesPerSecond / 1000
    this.most = mostSeconds * bytesPerSecond
    this.left = this.most
  }

  takes(bytes: number, atMs: number): boolean {
    this.left = Math.min(this.most, this.left + Math.max(0, atMs - this.lastMs) * this.perMs)
    this.lastMs = atMs
    if (this.left <= 0) return false
    // It may fall below zero, so that large chunks have their turn as well as small ones.
    this.left -= bytes + chunkCost
    return true
  }
}
