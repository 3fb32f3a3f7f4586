import { describe, expect, it } from 'vitest'
import { planClient, planSetup } from '../../../../test/support/instruments/pair-history.ts'
import { deriveRunKey, markerMagicOffset, readMarker } from '../../../core/marker.ts'
import { encodeDataFile, parseDataFile } from '../wire/data-file.ts'
import { parseFileName } from '../wire/file-name.ts'
import { listPotentials, scaleOf } from './bump.ts'
import { measure } from './make-file.ts'
import { type PlannedFile, planPair } from './plan-pair.ts'

const key = deriveRunKey('run')
const ownerOf = (text: string) => readMarker(key, Buffer.from(text), markerMagicOffset)

describe('a planned pair', () => {
  it('is called by markers of its own, and so are its files', () => {
    const pair = planPair(planClient({}, 3))
    expect(ownerOf(pair.userId)).toMatchObject({ kind: 'identity', owner: 3 })
    expect(ownerOf(pair.handleOf(0))).toMatchObject({ kind: 'payload', owner: 3 })
    const [file] = pair.listFiles(2)
    expect(parseFileName(file?.name ?? '')).toMatchObject({ mode: 'swv', handle: pair.handleOf(2), frequency: 15 })
  })

  it.each(['swv', 'cv', 'frequency-map'])('finds its files of %s again, in whatever session, and no other', (mode) => {
    for (const cohort of ['distinct', 'colliding']) {
      const pair = planPair(planClient({ mode, cohort, files: 6 }))
      const fresh = planPair(planClient({ mode, cohort, files: 6 }))
      for (const session of [0, 1, 2]) {
        for (const file of pair.listFiles(session)) expect(fresh.findFile(file.name)).toEqual(file)
        expect(fresh.findFile(pair.previewFile(session).name)).toEqual(pair.previewFile(session))
      }
      expect(new Set(pair.listFiles(0).map(({ name }) => name)).size).toBe(6)
      for (const name of ['', 'probe_15Hz_1.txt', 'probe99999999_1.txt', 'x'])
        expect(fresh.findFile(name)).toBeUndefined()
    }
  })

  it('shares names and no value with the others of a colliding cohort', () => {
    const [one, other] = [planSetup({ cohort: 'colliding' }, 1), planSetup({ cohort: 'colliding' }, 2)]
    expect(one.pair.listFiles(0)).toEqual(other.pair.listFiles(0))
    const peaks = [one, other].flatMap(({ pair, expected }) =>
      pair.listFiles(0).map((file) => expected.figure('peak', file, null)),
    )
    expect(new Set(peaks.map((peak) => peak.toExponential(4))).size).toBe(16)
    const [ratio, ...others] = one.pair
      .listFiles(0)
      .map((file) => one.expected.figure('peak', file, null) / other.expected.figure('peak', file, null))
    for (const another of others) expect(Math.abs(another / (ratio as number) - 1)).toBeGreaterThan(1e-4)
  })

  it('draws as many disturbances as it is told to', () => {
    const pair = planPair(planClient({ leaveShare: 0.25, files: 1000 }))
    const leaves = pair
      .listFiles(0)
      .filter((_, index) => pair.leavesBefore(0, index) || pair.leavesDuring(0, index)).length
    expect(leaves).toBeGreaterThan(180)
    expect(leaves).toBeLessThan(320)
    expect(planPair(planClient({})).leavesBefore(0, 0)).toBe(false)
  })
})

describe('a measured file', () => {
  it('has its bump in the middle, as high as planned', () => {
    const { pair, client } = planSetup({ electrodes: 2 })
    const file = pair.listFiles(0)[0] as PlannedFile
    const columns = measure(pair, 1, client.params, file)
    const layout = { voltageColumn: 1, currentColumn: 2, spacingIndex: 1, electrodes: 2, delimiter: 1 }
    const parsed = parseDataFile(encodeDataFile(columns), layout)
    expect(parsed).toMatchObject({ potentials: listPotentials(61) })
    const { currents } = columns
    for (const electrode of [0, 1]) {
      const current = currents[electrode] as number[]
      const line = ((current[0] as number) + (current[60] as number)) / 2
      const height = pair.heights(file.number, file.frequency, electrode, false)
      expect((current[30] as number) - line).toBeCloseTo(height, 12)
    }
  })

  it('turns back at its end where it is a cyclic voltammogram', () => {
    const { pair, client } = planSetup({ mode: 'cv' })
    const { potentials, currents } = measure(pair, 1, client.params, pair.previewFile(0))
    expect([potentials.length, potentials[60], potentials.at(-1)]).toEqual([121, 0.1, -0.5])
    expect(currents[0]?.[30]).toBeGreaterThan(currents[0]?.[90] as number)
  })

  it('comes back smaller by what smoothing takes, and with its whole area', () => {
    const shape = { points: 61, windowPoints: 5, degree: 2, peakOption: 'height' } as const
    // By hand: (17 + 2 · 12 · e^(-1/18) - 2 · 3 · e^(-4/18)) / 35
    expect(scaleOf(shape)).toBeCloseTo((17 + 24 * Math.exp(-1 / 18) - 6 * Math.exp(-4 / 18)) / 35, 12)
    expect(scaleOf({ ...shape, peakOption: 'area' })).toBeCloseTo(0.03 * Math.sqrt(2 * Math.PI), 9)
  })
})
