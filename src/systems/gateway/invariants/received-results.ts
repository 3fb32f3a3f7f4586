import type { Json } from '../../../core/json.ts'
import type { Query, StoreTotalRow, TopItemRow, TopUserRow } from '../wire/results.ts'
import { addDigests } from '../workload/amount-digest.ts'
import { asJson, type DeliveredPart } from '../workload/event-values.ts'
import type { ExpectedAnswers } from '../workload/expected-answers.ts'
import { compareAmounts, type ReceivedAmounts } from './compare-amounts.ts'
import { compareStoreTotals } from './compare-store-totals.ts'
import { compareTopItems } from './compare-top-items.ts'
import { compareTopUsers } from './compare-top-users.ts'
import type { Difference } from './difference.ts'

/** One query's answer beside what it must be. */
export interface Comparison {
  readonly query: Query
  readonly differences: readonly Difference[]
  /** Months, totals or stores that were compared; Q1 is one. */
  readonly examined: number
  readonly expected: Json
  readonly received: Json
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

  /** How many queries were answered, at least in part. */
  get answered(): number {
    const given = [this.amounts, this.totals, this.users].filter((one) => one !== undefined)
    return given.length + (this.items.size > 0 ? 1 : 0)
  }

  /** One for each query that was answered; without Q1 where its parts may not be all. */
  compare(expected: ExpectedAnswers, tolerance: number, isQ1Whole: boolean): Comparison[] {
    const { amounts, items, totals, users } = this
    const comparisons: Comparison[] = []
    const add = (query: Query, wanted: object, came: object, differences: readonly Difference[], examined: number) =>
      comparisons.push({ query, differences, examined, expected: asJson(wanted), received: asJson(came) })
    if (amounts && isQ1Whole) add('q1', expected.q1, amounts, compareAmounts(expected.q1, amounts, tolerance), 1)
    if (items.size > 0) {
      const wanted = expected.q2.filter(({ metric }) => items.has(metric))
      const rows = [...items.values()].flat()
      add('q2', wanted, rows, compareTopItems(wanted, rows, tolerance), wanted.length)
    }
    if (totals) {
      const differences = compareStoreTotals(expected.q3, totals, tolerance)
      add('q3', expected.q3, totals, differences, expected.q3.length)
    }
    if (users) add('q4', expected.q4, users, compareTopUsers(expected.q4, users), expected.q4.length)
    return comparisons
  }

  private addAmounts({ digest, totalRows }: Extract<DeliveredPart, { query: 'q1' }>): void {
    const sum = this.amounts ? addDigests(this.amounts.digest, digest) : digest
    const total = totalRows ?? this.amounts?.totalRows
    this.amounts = { digest: sum, ...(total !== undefined && { totalRows: total }) }
  }

  private addItems(rows: readonly TopItemRow[], metric: TopItemRow['metric'] | undefined): void {
    for (const one of metric === undefined ? (['quantity', 'profit'] as const) : [metric]) {
      const ofMetric = rows.filter((row) => row.metric === one)
      if (!this.items.has(one)) this.items.set(one, ofMetric)
    }
  }
}
