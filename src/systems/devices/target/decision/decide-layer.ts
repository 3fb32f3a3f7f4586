import type { DeviceModel } from '../../params/models.ts'
import type { LayerMeans } from './layer-means.ts'

/** The last layer to run on the device, such that device, network and edge together need least (see `offloadingRules`). */
export function decideLayer({ layers }: DeviceModel, means: LayerMeans, secondsPerByte: number): number {
  const last = layers.length - 1
  if (means.reports === 0) return last
  let onDevice = 0
  let onEdge = 0
  for (const layer of layers) onEdge += layer.edgeSeconds
  let best = last
  let least = Number.POSITIVE_INFINITY
  for (const [k, layer] of layers.entries()) {
    onDevice += means.secondsOf(k)
    onEdge -= layer.edgeSeconds
    const cost = onDevice + layer.outputBytes * secondsPerByte + onEdge
    if (cost < least) {
      least = cost
      best = k
    }
  }
  return best
}
