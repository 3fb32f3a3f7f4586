import type { Checker } from '../core/check.ts'
import type { RunKey } from '../core/marker.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { Sharing } from '../core/sharing.ts'
import { createStrayBytesChecker } from './no-stray-bytes.ts'
import { createOwnershipChecker } from './ownership.ts'
import { createWitnessChecker } from './witness-silent.ts'

/** The checkers that every client gets beside those of its system. Isolation is never opt-in. */
export function createCommonCheckers(
  client: ClientIndex,
  witness: boolean,
  sharing?: Sharing,
  key?: RunKey,
): readonly Checker[] {
  const checkers = [createOwnershipChecker(client, sharing, key), createStrayBytesChecker(client)]
  return witness ? [...checkers, createWitnessChecker(client)] : checkers
}
