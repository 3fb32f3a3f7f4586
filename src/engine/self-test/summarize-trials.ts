import { exitCodes } from '../../core/exit-codes.ts'
import type { SelfTestRates, SelfTestReport, TrialResult, TrialRow } from '../../core/self-test.ts'
import { boundShare } from '../../metrics/bound-share.ts'
import { isAsItMust } from './run-trials.ts'

/** What all trials together say: rates with their bounds, a row for each thing that was tried, and what went wrong. */
export function summarizeTrials(
  trials: readonly TrialResult[],
): Pick<SelfTestReport, 'exitCode' | 'problems' | 'rows' | 'rates' | 'trials'> {
  const wrong = trials.filter((trial) => !isAsItMust(trial))
  const isMisjudged = ({ kind, missed, notAllowed, misblamed }: TrialResult) =>
    (kind !== 'rate' && missed.length > 0) || notAllowed.length > 0 || misblamed.length > 0
  return {
    exitCode: wrong.some(isMisjudged)
      ? exitCodes.violated
      : wrong.length > 0 || trials.length === 0
        ? exitCodes.inconclusive
        : exitCodes.pass,
    problems: wrong.map(describeProblem),
    rows: listRows(trials),
    rates: countRates(trials),
    trials,
  }
}

function countRates(trials: readonly TrialResult[]): SelfTestRates {
  const planted = trials.filter(({ kind }) => kind !== 'clean')
  const clean = trials.filter(({ kind }) => kind === 'clean')
  const named = planted.filter(({ blamed }) => blamed !== undefined)
  return {
    detection: share(planted, isFound),
    blame: share(named, ({ blamed }) => blamed === true),
    notAllowed: share(planted, ({ notAllowed }) => notAllowed.length > 0),
    falseAlarms: share(clean, ({ verdict, notAllowed }) => verdict === 'fail' || notAllowed.length > 0),
  }
}

/** All is red that has to be; of a defect that acts now and then, anything of it. Of a clean server there is nothing to find. */
const isFound = ({ kind, missed, firstMs }: TrialResult) =>
  kind === 'rate' ? firstMs !== undefined : missed.length === 0 && kind !== 'clean'

const share = <T>(trials: readonly T[], hits: (trial: T) => boolean) =>
  boundShare(trials.filter(hits).length, trials.length)

/** In order of system and title, rarer ones first; clean servers after those with defects. */
function listRows(trials: readonly TrialResult[]): TrialRow[] {
  const alike = new Map<string, TrialResult[]>()
  for (const trial of trials) {
    const key = JSON.stringify([trial.system, trial.kind, trial.title, trial.rate])
    alike.set(key, [...(alike.get(key) ?? []), trial])
  }
  return [...alike.values()].map((of) => describeRow(of as [TrialResult, ...TrialResult[]])).sort(compareRows)
}

function describeRow(trials: readonly [TrialResult, ...TrialResult[]]): TrialRow {
  const [{ kind, system, title, rate }] = trials
  const named = trials.filter(({ blamed }) => blamed !== undefined)
  const times = trials.flatMap(({ firstMs }) => firstMs ?? []).sort((a, b) => a - b)
  const median = times[(times.length - 1) >>> 1]
  const worst = times.at(-1)
  return {
    kind,
    system,
    title,
    rate,
    seeds: trials.length,
    found: share(trials, isFound),
    onlyAllowed: trials.filter(({ notAllowed }) => notAllowed.length === 0).length,
    ...(named.length > 0 && { blamed: share(named, ({ blamed }) => blamed === true) }),
    ...(median !== undefined && { medianFirstMs: median }),
    ...(worst !== undefined && { worstFirstMs: worst }),
  }
}

const compareRows = (a: TrialRow, b: TrialRow) =>
  compare(a.system, b.system) ||
  compare(a.kind === 'clean' ? 1 : 0, b.kind === 'clean' ? 1 : 0) ||
  compare(a.title, b.title) ||
  compare(a.rate, b.rate)

const compare = <T extends string | number>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0)

function describeProblem(trial: TrialResult): string {
  const { kind, system, title, seed, missed, notAllowed, misblamed, reasons, folder } = trial
  const what = kind === 'clean' ? `the clean server of ${system} (${title})` : `${system} with ${title}`
  const parts = [
    ...(missed.length > 0 && kind !== 'rate' ? [`missed ${missed.join(', ')}`] : []),
    ...(notAllowed.length > 0 ? [`red and not allowed: ${notAllowed.join(', ')}`] : []),
    ...misblamed,
    ...(reasons.length > 0 ? [`the run said: ${reasons.join('; ')}`] : []),
  ]
  return `${what}, seed ${seed}: ${parts.join('; ')}${folder === undefined ? '' : ` (${folder})`}`
}
