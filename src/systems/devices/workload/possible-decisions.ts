import type { ModelLayer } from '../params/models.ts'
import type { Range } from './range.ts'

/** What a server may take for the costs of one device. */
export interface PossibleCosts {
  /** Seconds of each layer on the device. */
  readonly layerSeconds: readonly Range[]
  /** Seconds per byte that is sent. */
  readonly pace: Range
  /** What the edge's times may have to be multiplied by. */
  readonly edgeFactor: Range
}

/** Costs that differ by less than this share of themselves may be taken in either order. */
const roundingShare = 1e-9

/**
 * The layers that may be the cheapest to stop after, of Σ device(0…k) + output(k) · pace + Σ edge(k+1…): all but those
 * to which another is preferable whatever the costs are within their bounds. A single one, where that leaves no doubt.
 */
export function listPossibleDecisions(layers: readonly ModelLayer[], costs: PossibleCosts): readonly number[] {
  const sums = sumUp(layers, costs)
  const isBeaten = (layer: number, by: number) => layer !== by && isAlwaysDearer(sums, costs, layer, by)
  const likely = findCheapest(sums, costs)
  const rivals = sums.flatMap((_, k) => (isBeaten(k, likely) ? [] : [k]))
  return rivals.length === 1 ? rivals : rivals.filter((k) => !rivals.some((by) => isBeaten(k, by)))
}

/** Everything up to and with one layer. */
interface LayerSums {
  readonly deviceLow: number
  readonly deviceHigh: number
  readonly edge: number
  readonly outputBytes: number
}

function sumUp(layers: readonly ModelLayer[], { layerSeconds }: PossibleCosts): readonly LayerSums[] {
  let [deviceLow, deviceHigh, edge] = [0, 0, 0]
  return layers.map(({ edgeSeconds, outputBytes }, k) => {
    const { low, high } = layerSeconds[k] as Range
    deviceLow += low
    deviceHigh += high
    edge += edgeSeconds
    return { deviceLow, deviceHigh, edge, outputBytes }
  })
}

/** The best where every cost is at its lower bound. */
function findCheapest(sums: readonly LayerSums[], { pace, edgeFactor }: PossibleCosts): number {
  const costs = sums.map(
    ({ deviceLow, edge, outputBytes }) => deviceLow + outputBytes * pace.low - edge * edgeFactor.low,
  )
  return costs.indexOf(Math.min(...costs))
}

/** Whatever the costs are. What both have in common falls away, so that only the layers between them count. */
function isAlwaysDearer(
  sums: readonly LayerSums[],
  { pace, edgeFactor }: PossibleCosts,
  layer: number,
  other: number,
): boolean {
  const [a, b] = [sums[layer] as LayerSums, sums[other] as LayerSums]
  const device = layer > other ? a.deviceLow - b.deviceLow : a.deviceHigh - b.deviceHigh
  const moreBytes = a.outputBytes - b.outputBytes
  const sending = moreBytes * (moreBytes > 0 ? pace.low : pace.high)
  const lessEdge = a.edge - b.edge
  const edge = lessEdge * (lessEdge > 0 ? edgeFactor.high : edgeFactor.low)
  const whole = b.deviceLow + b.outputBytes * pace.low + (sums.at(-1)?.edge ?? 0) * edgeFactor.high
  return device + sending - edge > roundingShare * whole
}
