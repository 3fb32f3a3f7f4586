import type { StoreTotalRow, TopItemRow, TopUserRow } from '../wire/results.ts'
import { addDigests } from '../workload/amount-digest.ts'
import type { DeliveredPart } from '../workload/event-values.ts'
import type { ExpectedAnswers } from '../workload/expected-answers.ts'
import { compareAmounts, type ReceivedAmounts } from './compare-amounts.ts'
import { compareStoreTotals } from './compare-store-totals.ts'
import { compareTopItems } from './compare-top-items.ts'
import { compareTopUsers } from './compare-top-users.ts'
import type { Difference } from './difference.ts'

export interface Comparison {
  readonly differences: readonly Difference[]
  /** Result types and answers (months, totals, stores) that were compared; Q1 is one answer. */
  readonly types: number
  readonly examined: number
}

/** All results of one upload. Of a result type that came twice the first counts: the second is another's affair. */
export class ReceivedResults {
  private amounts: ReceivedAmounts | undefined
  private readonly items = new Map<TopItemRow['metric'], readonly TopItemRow[]>()
  private totals: readonly StoreTotalRow[] | undefined
  private users: readonly TopUserRow[] | undefined

  add(part: DeliveredPart): void {
    if (part.query === 'q1') this.addAmounts(part)
    else if (part.query === 'q2') this.addItems(part.rows, part.metric)
    else if (part.query === 'q3') this.totals ??= part.rows
    else this.users ??= part.rows
  }

  /** How many result types came. */
  get types(): number {
    return [this.amounts, this.totals, this.users].filter((one) => one !== undefined).length + this.items.size
  }

  compare(expected: ExpectedAnswers, tolerance: number, isWhole: boolean): Comparison {
    const { amounts, items, totals, users } = this
    const topItems = expected.q2.filter(({ metric }) => items.has(metric))
    const differences = [
      ...(amounts && isWhole ? compareAmounts(expected.q1, amounts, tolerance) : []),
      ...compareTopItems(topItems, [...items.values()].flat(), tolerance),
      ...(totals ? compareStoreTotals(expected.q3, totals, tolerance) : []),
      ...(users ? compareTopUsers(expected.q4, users) : []),
    ]
    const counts = [amounts && isWhole ? 1 : 0, topItems.length]
    counts.push(totals ? expected.q3.length : 0, users ? expected.q4.length : 0)
    return {
      differences,
      types: this.types - (amounts && !isWhole ? 1 : 0),
      examined: counts.reduce((sum, count) => sum + count, 0),
    }
  }

  private addAmounts({ digest, totalRows }: Extract<DeliveredPart, { query: 'q1' }>): void {
    const sum = this.amounts ? addDigests(this.amounts.digest, digest) : digest
    const total = totalRows ?? this.amounts?.totalRows
    this.amounts = { digest: sum, ...(total !== undefined && { totalRows: total }) }
  }

  private addItems(rows: readonly TopItemRow[], metric: TopItemRow['metric'] | undefined): void {
    for (const one of metric === undefined ? (['quantity', 'profit'] as const) : [metric]) {
      if (!this.items.has(one))
        this.items.set(
          one,
          rows.filter((row) => row.metric === one),
        )
    }
  }
}
