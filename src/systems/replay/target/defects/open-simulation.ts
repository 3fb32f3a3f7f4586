import type { ReplayServer } from '../replay-server.ts'
import { RestingOrders, Track } from '../sessions/track.ts'

/** A simulated market of one's own; with `shared-simulation` it is everybody's. */
export function openSimulation({ defect, markets, shared }: ReplayServer, symbol: string): Track {
  if (!defect.acts('shared-simulation')) return new Track(markets.simulate(), symbol, new RestingOrders())
  shared.market ??= markets.simulate()
  return new Track(shared.market, symbol, shared.orders)
}
