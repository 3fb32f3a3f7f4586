import type { ReplayServer } from '../replay-server.ts'
import type { Asked } from '../requests/answered.ts'

/** So long a control counts as a repetition of the one before it. */
const repeatMs = 1000

/** `unscoped-dedup`: a control that anybody sent a moment ago is a repetition, and done already. */
export function isTakenForRepeated({ defect, shared }: ReplayServer, { pattern, params }: Asked): boolean {
  if (!defect.acts('unscoped-dedup')) return false
  const { session: _, ...args } = params
  const key = `${pattern} ${JSON.stringify(args)}`
  const isKnown = (shared.doneControls.get(key) ?? 0) > performance.now()
  if (!isKnown) shared.doneControls.set(key, performance.now() + repeatMs)
  return isKnown
}
