import type { InstrumentsParams } from '../params/instruments-params.ts'
import type { DataColumns } from '../wire/data-file.ts'
import { bump, listPotentials } from './bump.ts'
import type { PlannedFile, PlannedPair } from './plan-pair.ts'

/** The columns of a file: the bumps of this client, over its own line. */
export function measure(
  pair: PlannedPair,
  client: number,
  { points, electrodes }: Pick<InstrumentsParams, 'points' | 'electrodes'>,
  file: PlannedFile,
): DataColumns {
  const potentials = listPotentials(points)
  const bumps = potentials.map(bump)
  const number = pair.mode === 'frequency-map' ? file.session : file.number
  const offset = 1e-7 * (1 + (client % 7))
  const slope = 1e-8 * (1 + (client % 5))
  const sweep = (electrode: number, isCathodic: boolean) => {
    const height = pair.heights(number, file.frequency, electrode, isCathodic)
    const sign = isCathodic ? -1 : 1
    return potentials.map((potential, i) => offset + slope * potential + sign * height * (bumps[i] as number))
  }
  const indices = [...Array(electrodes).keys()]
  if (pair.mode !== 'cv') return { potentials, currents: indices.map((electrode) => sweep(electrode, false)) }
  // The way back begins where the way there ends.
  const back = (values: readonly number[]) => [...values].reverse().slice(1)
  return {
    potentials: [...potentials, ...back(potentials)],
    currents: indices.map((electrode) => [...sweep(electrode, false), ...back(sweep(electrode, true))]),
  }
}
