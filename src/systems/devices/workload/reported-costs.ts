import type { DeviceModel } from '../params/models.ts'
import { offloadingRules } from '../params/offloading-rules.ts'
import { listPossibleDecisions } from './possible-decisions.ts'
import { exactly, hull, moveTowards, type Range } from './range.ts'

const { alpha, initialPace, fastestPace, slowestPace } = offloadingRules

/** What a report tells: its size, the seconds of the layers 0, 1, 2 …, and how long the server says that it took to come. */
export interface CountedReport {
  readonly bytes: number
  readonly layerSeconds: readonly number[]
  readonly transferSeconds?: number | undefined
}

/** A layer's running mean, where it has been reported; in doubt, it may be unreported as well. */
interface LayerMean {
  readonly mean: Range
  readonly isCertain: boolean
}

/** Of servers that do not say what they measure, network and edge may be so many times faster or slower than usual. */
const unknownFactor = 100

/**
 * What a server knows of one device by that device's own reports alone. Running means move monotonously with what is
 * reported, so that bounds say all there is to say: a report of which nobody knows whether it was counted stretches them.
 */
export class ReportedCosts {
  private readonly model: DeviceModel
  private readonly layers: (LayerMean | undefined)[] = []
  private pace: Range
  private tellsPace = true
  /** Reports that were never answered: the server may count them yet, at any time. */
  private readonly pending: CountedReport[] = []
  private counted = 0

  /** `before` is what was known while the device had another model: the pace stays, the layers begin anew. */
  constructor(model: DeviceModel, before?: ReportedCosts) {
    this.model = model
    this.pace = before?.pace ?? exactly(initialPace)
    this.tellsPace = before?.tellsPace ?? true
  }

  /** At least one report has certainly been counted. */
  get isKnown(): boolean {
    return this.counted > 0
  }

  /** A report that the server has certainly counted. */
  add(report: CountedReport): void {
    this.countPending()
    this.counted++
    this.moveLayers(report.layerSeconds, true)
    this.movePace(report)
  }

  /** A report that was answered, of which the server may make nothing because it knows it already. */
  addDoubtful(report: CountedReport): void {
    this.moveLayers(report.layerSeconds, false)
    const { pace } = this
    this.movePace(report)
    this.pace = hull(pace, this.pace)
  }

  /** A report that was not answered. */
  addUnanswered(report: CountedReport): void {
    this.pending.push(report)
  }

  /** All decisions that can follow. */
  listDecisions(): readonly number[] {
    this.countPending()
    const { layers } = this.model
    if (this.counted === 0 && this.pending.length === 0) return [layers.length - 1]
    const layerSeconds = layers.map(({ deviceSeconds }, k) => {
      const reported = this.layers[k]
      if (!reported) return this.tellsPace ? exactly(deviceSeconds) : anything
      return reported.isCertain ? reported.mean : hull(reported.mean, exactly(deviceSeconds))
    })
    const wide = { low: 1 / unknownFactor, high: unknownFactor }
    const decisions = listPossibleDecisions(layers, {
      layerSeconds,
      pace: this.tellsPace ? this.pace : { low: initialPace * wide.low, high: initialPace * wide.high },
      edgeFactor: this.tellsPace ? exactly(1) : wide,
    })
    return this.counted > 0 ? decisions : [...new Set([...decisions, layers.length - 1])]
  }

  private countPending(): void {
    for (const { layerSeconds } of this.pending) this.moveLayers(layerSeconds, false)
    if (this.pending.length > 0) this.pace = hull(this.pace, moveTowards(this.pace, anyPace, alpha))
  }

  private moveLayers(seconds: readonly number[], isCertain: boolean): void {
    for (const [k, time] of seconds.entries()) {
      const reported = this.layers[k]
      const first = exactly(time)
      if (!reported) {
        this.layers[k] = { mean: first, isCertain }
        continue
      }
      const moved = moveTowards(reported.mean, first, alpha)
      const withFirst = reported.isCertain ? moved : hull(moved, first)
      this.layers[k] = {
        mean: isCertain ? withFirst : hull(withFirst, reported.mean),
        isCertain: isCertain || reported.isCertain,
      }
    }
  }

  private movePace({ bytes, transferSeconds }: CountedReport): void {
    if (transferSeconds === undefined) this.tellsPace = false
    else {
      const measured = Math.min(Math.max(transferSeconds / bytes, fastestPace), slowestPace)
      this.pace = moveTowards(this.pace, exactly(measured), alpha)
    }
  }
}

const anyPace: Range = { low: fastestPace, high: slowestPace }
/** A layer that was never reported to a server whose table is not known. */
const anything: Range = { low: 0, high: 1e9 }
