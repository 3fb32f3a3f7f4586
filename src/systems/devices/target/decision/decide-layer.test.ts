import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceModel } from '../../params/models.ts'
import { decideLayer } from './decide-layer.ts'
import { LayerMeans } from './layer-means.ts'
import { NetworkPace } from './network-pace.ts'

const modelOf = (layers: DeviceModel['layers']): DeviceModel => ({
  name: 'm',
  inputBytes: 1,
  needs: { memoryKb: 0, cpuMhz: 0, cameraPixels: 0 },
  layers,
})

/** Eighths and sixteenths, so that every sum is exact in any order. */
const seconds = fc.integer({ min: 0, max: 64 }).map((eighths) => eighths / 8)
const layer = fc.record({
  outputBytes: fc.integer({ min: 1, max: 64 }).map((words) => words * 4),
  deviceSeconds: seconds,
  edgeSeconds: seconds,
})

describe('the decision', () => {
  it('is the first layer of least cost, as counted anew for each', () => {
    const cases = fc.array(layer, { minLength: 2, maxLength: 12 }).chain((layers) => {
      const times = fc.array(seconds, { minLength: 1, maxLength: layers.length })
      return fc.record({ layers: fc.constant(layers), times, pace: seconds })
    })
    fc.assert(
      fc.property(cases, ({ layers, times, pace }) => {
        const model = modelOf(layers)
        const means = new LayerMeans(model)
        means.take(Float32Array.from(times))
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
        const device = layers.map(({ deviceSeconds }, i) => times[i] ?? deviceSeconds)
        const costs = layers.map(({ outputBytes }, k) => {
          const edge = layers.slice(k + 1).map(({ edgeSeconds }) => edgeSeconds)
          return sum(device.slice(0, k + 1)) + outputBytes * pace + sum(edge)
        })
        expect(decideLayer(model, means, pace)).toBe(costs.indexOf(Math.min(...costs)))
      }),
    )
  })

  it('is the last layer before any report', () => {
    const model = modelOf(Array(4).fill({ outputBytes: 4, deviceSeconds: 9, edgeSeconds: 0 }))
    expect(decideLayer(model, new LayerMeans(model), 1)).toBe(3)
  })
})

describe('the means of a device', () => {
  it('begin with the first report of a layer, and move a fifth of the way with each later one', () => {
    const means = new LayerMeans(modelOf(Array(3).fill({ outputBytes: 4, deviceSeconds: 7, edgeSeconds: 0 })))
    means.take(Float32Array.of(1, 2))
    means.take(Float32Array.of(2))
    expect([0, 1, 2].map((i) => means.secondsOf(i))).toEqual([1.2, 2, 7])
    expect(means.total()).toBeCloseTo(10.2, 12)
  })
})

describe('the pace of a network', () => {
  it('moves a fifth of the way to what was measured', () => {
    const pace = new NetworkPace()
    expect(pace.take(0.5, 10_000)).toEqual({ seconds: 0.5, clamped: false })
    expect(pace.secondsPerByte).toBeCloseTo(0.8e-6 + 0.2 * 0.5e-4, 15)
  })

  it.each([
    [-3600, 1e-8],
    [3600, 1e-4],
  ])('takes a transfer of %d s for the nearest that a network can be', (transferS, plausible) => {
    const pace = new NetworkPace()
    expect(pace.take(transferS, 1000)).toEqual({ seconds: transferS, clamped: true })
    expect(pace.secondsPerByte).toBeCloseTo(0.8e-6 + 0.2 * plausible, 15)
    expect(pace.clampedTransfers).toBe(1)
  })
})
