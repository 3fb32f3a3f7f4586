import { describe, expect, it } from 'vitest'
import type { Completion } from '../../../core/event.ts'
import type { Json } from '../../../core/json.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { createDatasetChecker } from './dataset-readable.ts'

const client = 3 as ClientIndex

function conclude(...values: readonly Json[]) {
  const checker = createDatasetChecker(client)
  const upload = { type: 'completion', client, atMs: 5, connection: 1, operation: 'upload', outcome: 'ok' } as const
  values.forEach((value, index) => {
    checker.observe?.({ ...upload, operationId: index + 1, value } satisfies Completion)
  })
  return checker.conclude()
}

describe('dataset-readable', () => {
  it('is content with uploads from which no row was left out', () => {
    expect(conclude({ batches: 2, rows: 9 }, { batches: 2, rows: 9 })).toEqual({
      examined: 2,
      undecidable: 0,
      violations: [],
    })
  })

  it('names file, line and reason of the first row that was left out', () => {
    const examples = [{ file: 'data/users.csv', line: 3, reason: 'user_id is "x", not a whole number below 2^32' }]
    const { violations } = conclude({ batches: 2, rows: 9, skipped: { rows: 4, examples } })
    expect(violations).toMatchObject([
      {
        kind: 'hygiene',
        recipient: 3,
        message:
          'client 3 left out 4 rows that cannot be read, first data/users.csv:3: user_id is "x", not a whole number below 2^32',
      },
    ])
  })
})
