import { createMint, deriveRunKey } from '../../../core/marker.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { Mode } from '../wire/snapshot.ts'
import { drawScript, type ViewerScript } from './draw-script.ts'

/**
 * What one viewer is and does: a pure function of the plan. Its speeds, symbols, seconds and quantities are its signature:
 * where another's session moves by them, it is known whose control got astray. Sessions are counted from 0; there is one
 * for each iteration.
 */
export interface PlannedViewer {
  /** It begins with the first. Neighbours differ in both. */
  readonly speeds: readonly [number, number]
  readonly symbols: readonly [string, string]
  /** In the mode of a server that has one for all; null: the server's is none of the viewer's business. */
  readonly mode: Mode | null
  readonly goBackSeconds: number
  /** Asks for the list of sessions at the end. Not where that names everybody: ids that others chose are markers. */
  readonly lists: boolean
  /** An identity marker; undefined where the server issues the ids, or there are none. */
  sessionIdAt(session: number): string | undefined
  /** What it does with a session between its beginning and its end. */
  scriptAt(session: number): ViewerScript
}

export function planViewer({ runId, arrival, params }: PlannedClient<ReplayParams>): PlannedViewer {
  const { indexInGroup: index, client, seed } = arrival
  const speeds = pairAt(params.speeds, index)
  const symbols = pairAt(params.symbols, index)
  const goBackSeconds = params.goBackFrom + index
  const ownIds = params.session === 'own' && params.sessionIds === 'own'
  const isShared = params.session === 'shared'
  return {
    speeds,
    symbols,
    mode: params.globalMode || isShared ? null : params.mode,
    goBackSeconds,
    lists: params.lists && params.sessionKeys && !isShared,
    sessionIdAt: (session) =>
      ownIds ? createMint(deriveRunKey(runId), 'identity', client, session)(sessionIdSequence) : undefined,
    scriptAt: (session) => drawScript({ params, speeds, symbols, goBackSeconds, client, seed, session }),
  }
}

const sessionIdSequence = 0

/** The one whose turn it is, and the one half of the list further on: neighbours differ in both. */
function pairAt<T>(list: readonly T[], index: number): readonly [T, T] {
  const at = (position: number) => list[position % list.length] as T
  return [at(index), at(index + Math.floor(list.length / 2))]
}
