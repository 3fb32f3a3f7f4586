import type { ClosedLoad } from '../core/scenario.ts'

/** When each client of a closed group arrives, in milliseconds since the start of the run, in order. */
export function scheduleClosed(load: ClosedLoad, startAfterMs: number): readonly number[] {
  return Array.from({ length: load.clients }, (_, i) => startAfterMs + (i * load.arriveOverMs) / load.clients)
}
