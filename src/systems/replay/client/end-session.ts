import type { DrivenSession } from './driven-session.ts'

export interface EndOptions {
  readonly lists: boolean
  readonly stops: boolean
}

/** A server may look only so often for sessions that have expired: so much later they are gone. */
const expiryFactor = 1.5
const expirySlackMs = 1000

/** Takes leave of a session, as far as it is the viewer's own: it deletes it or lets it expire, and sees that it is gone. */
export async function endSession(session: DrivenSession, { lists, stops }: EndOptions): Promise<void> {
  const { params, view } = session
  await session.look()
  if (params.session === 'shared') return
  if (lists) await session.ask((controls) => controls.list())
  if (params.sessionKeys && view.key !== undefined) await session.ask((controls) => controls.keyless())
  if (stops) await session.move((controls) => controls.control('stop'))
  if (params.expires && params.idleTtlMs !== undefined) {
    await session.leave()
    await session.watch(params.idleTtlMs * expiryFactor + expirySlackMs)
    await session.ask((controls) => controls.lookGone())
  } else if (params.deletes) await deleteSession(session)
}

async function deleteSession(session: DrivenSession): Promise<void> {
  const answer = await session.ask((controls) => controls.delete())
  if (!answer) return
  const { periodMs, settleMs } = session.params
  // A session that is gone streams nothing: where the server leaves its streams open, that can be seen, once all that was
  // sent before has arrived.
  if (session.listStreams().length > 0) await session.watch(2 * periodMs)
  if (session.listStreams().length > 0) await session.watch(settleMs + 5 * periodMs)
  await session.ask((controls) => controls.lookGone())
  await session.ask((controls) => controls.controlGone())
}
