import type { Socket } from 'node:net'
import type { Recorder } from '../core/client.ts'
import type { CloseReason } from '../core/close-reason.ts'

/** As much of an `AbortSignal` as a connection needs. */
export interface StopSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: StopListener, options: { readonly once: true }): void
  removeEventListener(type: 'abort', listener: StopListener): void
}

export type StopListener = (() => void) | { handleEvent(): void }

/** What every connection of a simulated client is opened with. */
export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  readonly recorder: Recorder
  /** What the connection is for, as the history names it. */
  readonly role: string
  /** Which of its client's identities it belongs to. */
  readonly epoch?: number
  /** Its abort ends the connection at once. */
  readonly signal: StopSignal
  readonly connectLimitMs: number
}

/** Why a connection was ended from this side before anything else ended it. */
export type GivenUp = 'dropped' | 'abandoned' | 'aborted' | 'connect-timeout'

/** Resolves when the socket is connected, or with the reason why it never will be. */
export function untilConnected(
  socket: Socket,
  limitMs: number,
  giveUp: (reason: GivenUp) => void,
  reasonOf: () => CloseReason,
): Promise<CloseReason | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => giveUp('connect-timeout'), limitMs)
    // A connection may live long, and there are many: nothing of this is left behind.
    const settle = (reason: CloseReason | undefined) => {
      clearTimeout(timer)
      socket.off('connect', connect)
      socket.off('close', close)
      resolve(reason)
    }
    const connect = () => settle(undefined)
    const close = () => settle(reasonOf())
    socket.on('connect', connect)
    socket.on('close', close)
  })
}

/** Resolves with what `conclude` returns when the socket has closed, which an abort brings about. */
export function untilClosed(
  socket: Socket,
  signal: StopSignal,
  giveUp: (reason: GivenUp) => void,
  conclude: () => CloseReason,
): Promise<CloseReason> {
  const abort = () => giveUp('aborted')
  signal.addEventListener('abort', abort, { once: true })
  return new Promise((resolve) => {
    // It comes once.
    socket.on('close', () => {
      signal.removeEventListener('abort', abort)
      resolve(conclude())
    })
  })
}
