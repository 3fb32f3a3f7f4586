import type { Checker, Invariant } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createStrayBytesChecker, noStrayBytes } from './no-stray-bytes.ts'
import { createOwnershipChecker, ownership } from './ownership.ts'
import { createWitnessChecker, witnessSilent } from './witness-silent.ts'

/** What holds for the clients of every system. */
export const commonInvariants: readonly Invariant[] = [ownership, noStrayBytes, witnessSilent]

/** The checkers that every client gets beside those of its system. Isolation is never opt-in. */
export function createCommonCheckers(client: ClientIndex, witness: boolean): readonly Checker[] {
  const checkers = [createOwnershipChecker(client), createStrayBytesChecker(client)]
  return witness ? [...checkers, createWitnessChecker(client)] : checkers
}
