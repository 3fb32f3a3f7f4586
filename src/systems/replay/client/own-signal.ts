import type { StopListener, StopSignal } from '../../../transport/watch-socket.ts'

/**
 * The stop of one viewer. With an `AbortSignal` for each, thousands of viewers would take much memory, and with the run's own
 * for all, much time: it walks along all its listeners to add or to remove one.
 */
export class OwnSignal implements StopSignal {
  aborted = false
  private readonly listeners: StopListener[] = []
  private source: AbortSignal | undefined

  /** Aborts when `source` does, until `release`. */
  follow(source: AbortSignal): void {
    this.source = source
    source.addEventListener('abort', this, { once: true })
    if (source.aborted) this.handleEvent()
  }

  /** A signal that was followed is followed no more. */
  release(): void {
    this.source?.removeEventListener('abort', this)
    this.source = undefined
  }

  addEventListener(_type: 'abort', listener: StopListener): void {
    this.listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: StopListener): void {
    const place = this.listeners.indexOf(listener)
    if (place >= 0) this.listeners.splice(place, 1)
  }

  /** Of the signal that is followed: it was aborted. */
  handleEvent(): void {
    if (this.aborted) return
    this.aborted = true
    for (const listener of this.listeners.splice(0)) {
      if (typeof listener === 'function') listener()
      else listener.handleEvent()
    }
  }
}
