import type { TrialResult } from '../core/self-test.ts'
import { formatDuration } from '../core/units.ts'
import { escapeStrings } from './escape-controls.ts'

/** A line of progress: `12/97 gateway shared-menu, seed 1: found after 210 ms`. */
export function formatTrial(trial: TrialResult, done: number, of: number): string {
  const { kind, system, title, rate, seed } = trial
  const planted = kind === 'clean' ? `clean, ${title}` : kind === 'rate' ? `${title} at ${rate}` : title
  return `${String(done).padStart(String(of).length)}/${of} ${system} ${planted}, seed ${seed}: ${describeOutcome(trial)}`
}

function describeOutcome(trial: TrialResult): string {
  const { kind, verdict, missed, notAllowed, misblamed, firstMs, reasons } = escapeStrings(trial, new Set())
  const wrong = [
    ...(notAllowed.length > 0 ? [`${notAllowed.join(', ')} must not be red`] : []),
    ...(missed.length > 0 && kind !== 'rate' ? [`missed ${missed.join(', ')}`] : []),
    ...misblamed,
  ]
  if (wrong.length > 0) return wrong.join('; ')
  if (kind === 'clean') return reasons.length === 0 ? 'faultless' : `${verdict}: ${reasons.join('; ')}`
  return firstMs === undefined ? 'not found' : `found after ${formatDuration(firstMs)}`
}
