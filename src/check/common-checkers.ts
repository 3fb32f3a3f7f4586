import type { Checker } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createStrayBytesChecker } from './no-stray-bytes.ts'
import { createOwnershipChecker } from './ownership.ts'
import { createWitnessChecker } from './witness-silent.ts'

/** The checkers that every client gets beside those of its system. Isolation is never opt-in. */
export function createCommonCheckers(client: ClientIndex, witness: boolean): readonly Checker[] {
  const checkers = [createOwnershipChecker(client), createStrayBytesChecker(client)]
  return witness ? [...checkers, createWitnessChecker(client)] : checkers
}
