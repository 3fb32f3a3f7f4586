import { createViolationLog } from '../../../check/violation-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion } from '../../../core/event.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { asJson } from '../workload/event-values.ts'
import { readUploadEnd } from './follow-uploads.ts'

export const datasetReadable: Invariant = {
  name: 'dataset-readable',
  kind: 'hygiene',
  sentence: 'Every row of the data folder could be read and was sent.',
}

/** Says of the user's own files what else only the history would tell. No fault of the server's: hygiene merely warns. */
export function createDatasetChecker(client: ClientIndex): Checker {
  const violations = createViolationLog()
  let examined = 0

  function judge({ value, atMs, connection }: Completion): void {
    examined++
    const { skipped } = readUploadEnd(value)
    const first = skipped?.examples[0]
    if (!skipped || !first) return
    violations.add({
      invariant: datasetReadable.name,
      kind: datasetReadable.kind,
      class: 'lost',
      recipient: client,
      atMs,
      connection,
      message: `client ${client} left out ${skipped.rows} rows that cannot be read, first ${first.file}:${first.line}: ${first.reason}`,
      received: asJson(skipped),
    })
  }

  return {
    invariant: datasetReadable,
    observe(event) {
      if (event.type === 'completion' && event.operation === 'upload') judge(event)
    },
    conclude: () => ({ examined, undecidable: 0, violations: violations.list() }),
  }
}
