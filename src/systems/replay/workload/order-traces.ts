import { mix32 } from '../../../core/hash.ts'

/** Traces of orders are told in so many parts of one unit of volume. */
export const tracesPerUnit = 100_000

/**
 * What the quantities of a client's orders have behind the point, in `tracesPerUnit`, never 0. Scattered, so that the sum of
 * two clients' is hardly ever that of another.
 */
export const traceOf = (client: number) => (mix32(client + 1) % (tracesPerUnit - 1)) + 1
