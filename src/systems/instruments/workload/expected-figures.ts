import type { InstrumentsParams } from '../params/instruments-params.ts'
import { heightScaleOf, scaleOf } from './bump.ts'
import type { PlannedFile, PlannedPair } from './plan-pair.ts'

/** The figures of a file that carry a value of their own. */
export type FigureName = 'peak' | 'charge' | 'anodic' | 'cathodic' | 'curve'

/** What the analysis of a planned file must give: derived from heights alone, no file is read for it. */
export interface ExpectedFigures {
  /** Electrode null: the mean of all. */
  figure(name: FigureName, file: PlannedFile, electrode: number | null): number
}

export function expectFigures(
  pair: PlannedPair,
  params: Pick<InstrumentsParams, 'electrodes' | 'points' | 'windowPoints' | 'degree' | 'peakOption'>,
): ExpectedFigures {
  const scale = scaleOf(params)
  const heightScale = heightScaleOf(params)
  const heightOf = (file: PlannedFile, electrode: number | null, isCathodic: boolean): number => {
    const number = pair.mode === 'frequency-map' ? file.session : file.number
    const at = (index: number) => pair.heights(number, file.frequency, index, isCathodic)
    if (electrode !== null || params.electrodes === 1) return at(electrode ?? 0)
    let sum = 0
    for (let index = 0; index < params.electrodes; index++) sum += at(index)
    return sum / params.electrodes
  }
  return {
    figure(name, file, electrode) {
      const height = heightOf(file, electrode, name === 'cathodic')
      // Of what was measured nothing is smoothed away.
      if (name === 'curve') return height
      if (name === 'anodic' || name === 'cathodic') return height * heightScale
      return name === 'charge' ? (height * scale) / file.frequency : height * scale
    },
  }
}
