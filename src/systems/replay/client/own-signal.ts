import type { StopListener, StopSignal } from '../../../transport/watch-socket.ts'

/**
 * The stop of one viewer. With an `AbortSignal` for each, thousands of viewers would take much memory, and with the run's own
 * for all, much time: it walks along all its listeners to add or to remove one.
 */
export class OwnSignal implements StopSignal {
  aborted = false
  private listeners: readonly StopListener[] = none
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
    // An array that is pushed to is made for seventeen.
    this.listeners = this.listeners.concat(listener)
  }

  removeEventListener(_type: 'abort', listener: StopListener): void {
    this.listeners = this.listeners.filter((other) => other !== listener)
  }

  /** Of the signal that is followed: it was aborted. */
  handleEvent(): void {
    if (this.aborted) return
    this.aborted = true
    const { listeners } = this
    this.listeners = none
    for (const listener of listeners) {
      if (typeof listener === 'function') listener()
      else listener.handleEvent()
    }
  }
}

const none: readonly StopListener[] = []
