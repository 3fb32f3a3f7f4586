import { deriveRunKey } from '../../../core/marker.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import { createShortMint } from '../../../core/short-marker.ts'
import type { DevicesParams } from '../params/devices-params.ts'

export interface DeviceIds {
  readonly clientId: string
  /** The id of a device of the same group: the one before this, or, for the first, the one after. */
  readonly neighbourId: string
  /** An id of its own that it never registers. */
  readonly unknownId: string
  /** An id of its own under which another device of its uses the connection first. */
  readonly formerId: string
}

/** Sequence numbers of short markers: what a device is called, what it is never called, and what the one before it is. */
const idSequence = 0
const unknownSequence = 1
const formerSequence = 2

export const nameSequences: readonly number[] = [idSequence, unknownSequence, formerSequence]

/** So many characters are the same in two ids of a colliding cohort. */
export const sharedCharacters = 4

export function chooseIds({ runId, arrival, params }: PlannedClient<DevicesParams>): DeviceIds {
  const key = deriveRunKey(runId)
  const { client, indexInGroup } = arrival
  // Clients are numbered group by group.
  const mint = (index: number, sequence: number) => createShortMint(key, client + index - indexInGroup)(sequence)
  const idOf = (index: number): string => {
    const fixed = params.deviceIds[index]
    if (fixed !== undefined) return fixed
    const own = mint(index, idSequence)
    const isSecond = params.cohort === 'colliding' && index % 2 === 1
    return isSecond ? collide(mint(index - 1, idSequence), own) : own
  }
  return {
    clientId: idOf(indexInGroup),
    neighbourId: idOf(indexInGroup > 0 ? indexInGroup - 1 : 1),
    unknownId: mint(indexInGroup, unknownSequence),
    formerId: mint(indexInGroup, formerSequence),
  }
}

/** Begins like `first`, ends like `own`, and is not `first`. */
function collide(first: string, own: string): string {
  const id = first.slice(0, sharedCharacters) + own.slice(sharedCharacters)
  return id === first ? id.slice(0, -1) + (id.endsWith('0') ? '1' : '0') : id
}
