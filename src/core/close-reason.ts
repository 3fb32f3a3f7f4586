/**
 * How a connection ended; the first reason stands. `ended`: both sides finished in the ordinary way. `reset`: by the
 * target or the network. `dropped`: broken off by the client on purpose. `abandoned`: broken off because the
 * target did not end it in time. `aborted`: the run was stopped. `idle-limit`: the target said, and nothing more, that it
 * had waited too long for a request, and ended it.
 */
export type CloseReason = NeverStood | 'ended' | 'reset' | 'dropped' | 'abandoned' | 'aborted' | 'idle-limit'

type NeverStood = 'refused' | 'unreachable' | 'connect-timeout'

const neverStood: ReadonlySet<CloseReason> = new Set<NeverStood>(['refused', 'unreachable', 'connect-timeout'])

/** Whether the connection was ever open, so that something could have come over it. */
export const everStood = (reason: CloseReason) => !neverStood.has(reason)

/** Whether target or network, and not the client, are why the connection is gone or never was. */
export const isLost = (reason: CloseReason) => reason === 'reset' || neverStood.has(reason)
