import type { Violation } from '../../../core/check.ts'
import type { Mismatch } from './facet.ts'

/** Why a server's answer is not what the viewer's own commands lead to, and how to find who led it there. */
export function describeMismatch<T extends string | number>(
  { expected, reported, sinceMs }: Mismatch<T>,
  whats: readonly string[],
  isSignature: boolean,
): Pick<Violation, 'expected' | 'received' | 'traces'> {
  return { expected: [...expected], received: reported, traces: { whats, sinceMs, isSignature } }
}

export const list = (values: readonly (string | number)[]) => values.join(' or ')
