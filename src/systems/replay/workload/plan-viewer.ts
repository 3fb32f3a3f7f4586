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
export class PlannedViewer {
  private readonly planned: PlannedClient<ReplayParams>

  constructor(planned: PlannedClient<ReplayParams>) {
    this.planned = planned
  }

  /** It begins with the first. Neighbours differ in both. */
  get speeds(): readonly [number, number] {
    const { params, arrival } = this.planned
    return pairAt(params.speeds, arrival.indexInGroup)
  }

  /** It begins with the first. Neighbours differ in both. */
  get symbols(): readonly [string, string] {
    const { params, arrival } = this.planned
    return pairAt(params.symbols, arrival.indexInGroup)
  }

  /** Undefined: the mode is one for all, and none of the viewer's business. */
  get mode(): Mode | undefined {
    const { globalMode, mode } = this.planned.params
    return globalMode || this.isShared ? undefined : mode
  }

  get goBackSeconds(): number {
    const { params, arrival } = this.planned
    return params.goBackFrom + arrival.indexInGroup
  }

  /** Asks for the list of sessions at the end. Not where that names everybody: ids that others chose are markers. */
  get lists(): boolean {
    const { lists, sessionKeys } = this.planned.params
    return lists && sessionKeys && !this.isShared
  }

  /** An identity marker; undefined where the server issues the ids, or there are none. */
  sessionIdAt(session: number): string | undefined {
    const { runId, arrival, params } = this.planned
    if (this.isShared || params.sessionIds === 'issued') return undefined
    return createMint(deriveRunKey(runId), 'identity', arrival.client, session)(sessionIdSequence)
  }

  /** What it does with a session between its beginning and its end. */
  scriptAt(session: number): ViewerScript {
    const { params, arrival } = this.planned
    const { client, seed } = arrival
    const { speeds, symbols, goBackSeconds } = this
    return drawScript({ params, speeds, symbols, goBackSeconds, client, seed, session })
  }

  private get isShared(): boolean {
    return this.planned.params.session === 'shared'
  }
}

export const planViewer = (planned: PlannedClient<ReplayParams>) => new PlannedViewer(planned)

const sessionIdSequence = 0

/** The one whose turn it is, and the one half of the list further on: neighbours differ in both. */
function pairAt<T>(list: readonly T[], index: number): readonly [T, T] {
  const at = (position: number) => list[position % list.length] as T
  return [at(index), at(index + Math.floor(list.length / 2))]
}
