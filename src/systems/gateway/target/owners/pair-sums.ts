import { numberColumn, type Table } from '../pipeline/table.ts'
import { createTable } from '../pipeline/tables-from-rows.ts'

/** Sums by two keys, such as half year and store. */
export class PairSums {
  readonly #groups = new Map<number, Map<number, number>>()

  add(first: number, second: number, value: number): void {
    let group = this.#groups.get(first)
    if (group === undefined) {
      group = new Map()
      this.#groups.set(first, group)
    }
    group.set(second, (group.get(second) ?? 0) + value)
  }

  /** First keys in ascending order, each with the sums by second key. */
  groups(): [first: number, sums: ReadonlyMap<number, number>][] {
    return [...this.#groups].sort(([a], [b]) => a - b)
  }

  save(): Table {
    const rows = [...this.#groups].flatMap(([first, sums]) => {
      return [...sums].map(([second, value]) => ({ first, second, value }))
    })
    return createTable(rows, {
      numbers: { first: (row) => row.first, second: (row) => row.second, value: (row) => row.value },
    })
  }

  load(table: Table): void {
    const [first, second, value] = ['first', 'second', 'value'].map((name) => numberColumn(table, name))
    for (let row = 0; row < table.rows; row++) {
      this.add(first?.[row] as number, second?.[row] as number, value?.[row] as number)
    }
  }
}

/** The keys of the `count` largest sums, largest first; of equal ones the smaller key. */
export function largestSums(sums: ReadonlyMap<number, number>, count: number): [key: number, sum: number][] {
  const largest: [number, number][] = []
  const isBefore = (a: [number, number], b: [number, number]) => a[1] > b[1] || (a[1] === b[1] && a[0] < b[0])
  for (const entry of sums) {
    if (largest.length === count && !isBefore(entry, largest[count - 1] as [number, number])) continue
    const place = largest.findIndex((other) => isBefore(entry, other))
    largest.splice(place < 0 ? largest.length : place, 0, entry)
    largest.length = Math.min(largest.length, count)
  }
  return largest
}
