import type { FindingLog } from '../../../check/finding-log.ts'
import type { Completion, Delivery } from '../../../core/event.ts'
import type { SegmentsValue } from '../workload/event-values.ts'
import { readValue } from '../workload/event-values.ts'
import { areSweeps } from '../workload/sweeps.ts'
import { handleOfName, type JudgeSetup } from './judge-setup.ts'

/**
 * The answer to a viewer that brought a file along, in this session: by the file's name where the server repeats it, and
 * by the number and lengths of its sweeps. What a server whose analysis is not known takes for a sweep is its own business.
 * Returns whether it could be judged; undefined where the server refused or did not answer.
 */
export function judgeSegments(
  { pair, params }: JudgeSetup,
  findings: FindingLog,
  event: Completion,
  session: number,
): boolean | undefined {
  const { status, filename, segments, lengths } = readValue<SegmentsValue>(event.value)
  if (event.value === null || status === 'error') return undefined
  const wanted = pair.previewFile(session).name
  if (filename != null && filename !== wanted) {
    const message = `received segments of ${filename}, having asked for those of ${wanted}`
    findings.add(event, 'foreign', message, { issuedId: handleOfName(filename), received: { filename } })
    return true
  }
  const sweeps = pair.sweeps(session)
  const areOwn = areSweeps(sweeps, segments, lengths)
  if (areOwn) return true
  if (areOwn === undefined || params.scale === 'proportional') return false
  const what = segments === sweeps.length ? `${segments} segments with other turning points` : `${segments} segments`
  const message = `received ${what} for a file of ${sweeps.length} sweeps that it had brought along`
  findings.add(event, 'foreign', message, { received: { sweeps: segments ?? null, lengths: lengths ?? null, session } })
  return true
}

/** Segments that nobody asked for over this connection. */
export function judgeUnaskedSegments(findings: FindingLog, event: Delivery): void {
  const { filename } = readValue<SegmentsValue>(event.value)
  const details = { received: event.value, ...(filename != null && { issuedId: handleOfName(filename) }) }
  findings.add(event, 'leaked', 'received segments that it had not asked for', details)
}
