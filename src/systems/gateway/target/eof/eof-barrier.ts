/** An EOF that waits for others: `release` sends it on. */
interface HeldEof {
  readonly session: string
  readonly waitsFor: Set<string>
  readonly release: () => void
}

/**
 * The variant in which an EOF goes on only when all sessions that were registered when it arrived have finished their
 * upload or left. A session registers with its first frame, so that one that never sends anything holds nobody up.
 */
export class EofBarrier {
  readonly #uploading = new Set<string>()
  #held: HeldEof[] = []

  register(session: string): void {
    this.#uploading.add(session)
  }

  /** Calls `release` at once when nobody is uploading. Returns the sessions it has to wait for. */
  hold(session: string, release: () => void): readonly string[] {
    const held = { session, waitsFor: new Set(this.#uploading), release }
    this.#held.push(held)
    this.#releaseFree()
    return [...held.waitsFor]
  }

  /** The session has sent its last EOF. */
  finish(session: string): void {
    this.#uploading.delete(session)
    for (const held of this.#held) held.waitsFor.delete(session)
    this.#releaseFree()
  }

  /** The session is gone: its own EOFs are dropped and nobody waits for it any more. */
  leave(session: string): void {
    this.#held = this.#held.filter((held) => held.session !== session)
    this.finish(session)
  }

  get heldCount(): number {
    return this.#held.length
  }

  #releaseFree(): void {
    const free = this.#held.filter((held) => held.waitsFor.size === 0)
    this.#held = this.#held.filter((held) => held.waitsFor.size > 0)
    for (const held of free) held.release()
  }
}
