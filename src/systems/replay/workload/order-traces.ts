import type { ClientIndex } from '../../../core/plan.ts'

/** Traces of orders are told in so many parts of one unit of volume. */
export const tracesPerUnit = 100_000

/** The part behind the point of each order's quantity says whose it is: clients from here on are not told apart. */
const mostTraces = tracesPerUnit - 1

/** What the quantities of a client's orders have behind the point, in `tracesPerUnit`. */
export const traceOf = (client: ClientIndex) => (client % mostTraces) + 1
