import type { ConcludedChecks } from './run-checkers.ts'
export const resolveIssuedIds = (checks: ConcludedChecks): ConcludedChecks => checks
