import type { ViolationClass } from '../../../core/check.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { SwvTrend } from '../wire/updates.ts'
import type { ExpectedFigures } from '../workload/expected-figures.ts'
import type { PlannedFile, PlannedPair } from '../workload/plan-pair.ts'
import type { FigureJudge } from './figure-judge.ts'
import type { FileFollower, FollowedFile } from './follow-files.ts'

export interface JudgedTrend {
  readonly trend: SwvTrend
  readonly electrode: number | null
  /** The file whose update brought the trend. */
  readonly updated: FollowedFile
  readonly files: FileFollower
  readonly pair: PlannedPair
  readonly figures: FigureJudge
  readonly expected: ExpectedFigures
}

export interface TrendFindings {
  figure(value: number, file: PlannedFile): void
  wrong(type: ViolationClass, what: string, received: JsonObject): void
}

/**
 * A trend holds every file of its session that was acknowledged before the updated one was sent, and no file that was not
 * sent yet. Returns how many ratios and absences it looked at; the figures are counted where they are judged.
 */
export function judgeTrend(judged: JudgedTrend, findings: TrendFindings): number {
  const { trend, files, pair, updated } = judged
  const peaks = new Map<string, number>()
  for (const [key, values] of Object.entries(trend.peaks)) {
    for (const [i, value] of values.entries()) {
      const number = trend.numbers[i]
      if (value === null || number === undefined) continue
      const file = pair.findByNumber(number, Number(key))
      if (!file || !files.files.has(file.name)) {
        const received = {
          name: 'peak',
          value,
          number,
          frequency: Number(key),
          session: 0,
          electrode: judged.electrode,
        }
        findings.wrong('foreign', `received a trend with file ${number} at ${key} Hz, which it had not sent`, received)
        continue
      }
      peaks.set(file.name, value)
      findings.figure(value, file)
    }
  }
  return judgeMissing(judged, peaks, updated, findings) + judgeNormalized(judged, findings) + judgeKdm(judged, findings)
}

function judgeMissing(
  { files }: JudgedTrend,
  peaks: ReadonlyMap<string, number>,
  updated: FollowedFile,
  findings: TrendFindings,
): number {
  let examined = 0
  for (const { name } of files.acknowledgedBefore(updated.lastSent)) {
    examined++
    if (peaks.has(name)) continue
    const received = { filename: name, updated: updated.name }
    findings.wrong('lost', `received a trend without ${name}, which was done before ${updated.name} was sent`, received)
  }
  return examined
}

/** Each is divided by that of the normalization point, where both are there. */
function judgeNormalized(judged: JudgedTrend, findings: TrendFindings): number {
  const { trend, pair, files, expected, electrode } = judged
  const point = pair.normalizationPoint(files.session)
  let examined = 0
  for (const [key, values] of Object.entries(trend.normalized)) {
    const base = pair.findByNumber(point, Number(key))
    for (const [i, value] of values.entries()) {
      const file = pair.findByNumber(trend.numbers[i] ?? 0, Number(key))
      if (value === null || !base || !file) continue
      examined++
      const wanted = expected.figure('peak', file, electrode) / expected.figure('peak', base, electrode)
      judgeRatio(judged, value, wanted, `the normalized peak of file ${file.number} at ${key} Hz`, findings)
    }
  }
  return examined
}

function judgeKdm(judged: JudgedTrend, findings: TrendFindings): number {
  const { trend, pair, expected, electrode } = judged
  const low = Math.min(...pair.frequencies)
  const high = Math.max(...pair.frequencies)
  let examined = 0
  for (const [i, value] of trend.kdm.entries()) {
    const number = trend.numbers[i] ?? 0
    const [over, under] = [pair.findByNumber(number, low), pair.findByNumber(number, high)]
    if (value === null || !over || !under) continue
    examined++
    const wanted = expected.figure('peak', over, electrode) / expected.figure('peak', under, electrode)
    judgeRatio(judged, value, wanted, `the KDM of file ${number}`, findings)
  }
  return examined
}

/** Whatever the scale, a ratio is what it is. Two figures make it, each with its own tolerance. */
function judgeRatio({ figures }: JudgedTrend, value: number, wanted: number, what: string, findings: TrendFindings) {
  if (figures.isSame(value, wanted) || figures.isSame(value, wanted * (1 + Math.sign(value - wanted) * 1e-9))) return
  findings.wrong('wrong', `received ${value} for ${what}, expected ${wanted}`, { ratio: value, expected: wanted })
}
