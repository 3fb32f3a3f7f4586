import type { CloseReason } from '../core/close-reason.ts'

/** Why a socket closed, from the code of the error that it told. */
export function closeReasonOf(code: string | undefined): CloseReason {
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED') return 'reset'
  return 'unreachable'
}
