import type { DeviceModel } from '../../params/models.ts'
import { offloadingRules } from '../../params/offloading-rules.ts'

/** The running means of one device's layer times with one model (see `offloadingRules`). */
export class LayerMeans {
  /** NaN: never reported. */
  private readonly means: Float64Array
  private readonly model: DeviceModel
  reports = 0

  constructor(model: DeviceModel) {
    this.model = model
    this.means = new Float64Array(model.layers.length).fill(Number.NaN)
  }

  /** Takes the seconds of layers 0, 1, 2 … of one report; there must not be more of them than the model has layers. */
  take(layerSeconds: Float32Array): void {
    this.reports++
    for (let i = 0; i < layerSeconds.length; i++) {
      const seconds = layerSeconds[i] as number
      const mean = this.means[i] as number
      this.means[i] = Number.isNaN(mean) ? seconds : mean + offloadingRules.alpha * (seconds - mean)
    }
  }

  /** Seconds that the device is thought to need for a layer. */
  secondsOf(layer: number): number {
    const mean = this.means[layer] as number
    return Number.isNaN(mean) ? (this.model.layers[layer]?.deviceSeconds ?? 0) : mean
  }

  /** Seconds that the device is thought to need for all layers. */
  total(): number {
    let sum = 0
    for (let i = 0; i < this.means.length; i++) sum += this.secondsOf(i)
    return sum
  }
}
