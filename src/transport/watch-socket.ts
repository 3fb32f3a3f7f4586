import type { Socket } from 'node:net'
import type { CloseReason } from '../core/close-reason.ts'

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
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve(undefined)
    })
    socket.once('close', () => {
      clearTimeout(timer)
      resolve(reasonOf())
    })
  })
}

/** Resolves with what `conclude` returns when the socket has closed, which an abort brings about. */
export function untilClosed(
  socket: Socket,
  signal: AbortSignal,
  giveUp: (reason: GivenUp) => void,
  conclude: () => CloseReason,
): Promise<CloseReason> {
  const abort = () => giveUp('aborted')
  signal.addEventListener('abort', abort, { once: true })
  return new Promise((resolve) => {
    socket.once('close', () => {
      signal.removeEventListener('abort', abort)
      resolve(conclude())
    })
  })
}
