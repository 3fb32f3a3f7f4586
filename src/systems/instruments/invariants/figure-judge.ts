import type { InstrumentsParams } from '../params/instruments-params.ts'
import type { ExpectedFigures, FigureName } from '../workload/expected-figures.ts'
import type { PlannedFile } from '../workload/plan-pair.ts'

/** A figure that a server told, and where it belongs: what a cause is looked for with. */
export interface ToldFigure {
  readonly name: FigureName
  readonly value: number
  readonly session: number
  readonly number: number
  readonly frequency: number
  readonly electrode: number | null
  /** What the plan says, times the scale, where that is known. */
  readonly expected: number
}

/** Compares what a server told with the plan. Where its scale is unknown, one number must fit all figures of a kind. */
export interface FigureJudge {
  /** `wrong` is called now or at the end, for a figure that is not the file's. */
  judge(
    name: FigureName,
    value: number,
    file: PlannedFile,
    electrode: number | null,
    wrong: (told: ToldFigure) => void,
  ): void
  /** Whether two numbers are the same within the tolerance. */
  isSame(value: number, expected: number): boolean
  /** Judges what had to wait for the scale; returns how many could not be judged. */
  conclude(): number
}

interface Waiting {
  readonly told: ToldFigure
  readonly wrong: (told: ToldFigure) => void
}

export function createFigureJudge(
  expected: ExpectedFigures,
  { scale, tolerance }: Pick<InstrumentsParams, 'scale' | 'tolerance'>,
): FigureJudge {
  const waiting = new Map<FigureName, Waiting[]>()
  const isSame = (value: number, wanted: number) => Math.abs(value - wanted) <= tolerance * Math.abs(wanted)
  return {
    isSame,
    judge(name, value, file, electrode, wrong) {
      const wanted = expected.figure(name, file, electrode)
      if (scale === 'known' && isSame(value, wanted)) return
      const { session, number, frequency } = file
      const told = { name, value, session, number, frequency, electrode, expected: wanted }
      if (scale === 'known') {
        wrong(told)
        return
      }
      const others = waiting.get(name)
      if (others) others.push({ told, wrong })
      else waiting.set(name, [{ told, wrong }])
    },
    conclude() {
      let undecidable = 0
      for (const told of waiting.values()) undecidable += judgeByCommonScale(told, isSame)
      return undecidable
    },
  }
}

/** The scale is that of most; a figure alone says nothing. */
function judgeByCommonScale(figures: readonly Waiting[], isSame: FigureJudge['isSame']): number {
  if (figures.length < 2) return figures.length
  const ratios = figures.map(({ told }) => told.value / told.expected)
  const common = findCommon(ratios, isSame)
  for (const [i, { told, wrong }] of figures.entries()) {
    if (!isSame(ratios[i] as number, common)) wrong({ ...told, expected: told.expected * common })
  }
  return 0
}

/** The ratio that the most others agree with; of several, the first. */
function findCommon(ratios: readonly number[], isSame: FigureJudge['isSame']): number {
  const sorted = [...ratios].sort((a, b) => a - b)
  let best = sorted[0] as number
  let most = 0
  for (let from = 0, to = 0; from < sorted.length; from++) {
    while (to < sorted.length && isSame(sorted[to] as number, sorted[from] as number)) to++
    if (to - from > most) {
      most = to - from
      best = sorted[from] as number
    }
  }
  return best
}
