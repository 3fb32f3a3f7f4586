import { formatDate } from '../pipeline/calendar.ts'
import { numberColumn, type Table, textAt } from '../pipeline/table.ts'
import { createTable } from '../pipeline/tables-from-rows.ts'

/** Names by id: the side of a join that a client uploads as stores or menu items. */
export class NameLookup {
  readonly #names = new Map<number, string>()
  readonly #idColumn: string
  readonly #nameColumn: string

  constructor(idColumn: string, nameColumn: string) {
    this.#idColumn = idColumn
    this.#nameColumn = nameColumn
  }

  /** Empty where the client sent no such row: the join keeps what has no partner. */
  get(id: number): string {
    return this.#names.get(id) ?? ''
  }

  save(): Table {
    return createTable([...this.#names], {
      numbers: { [this.#idColumn]: ([id]) => id },
      texts: { [this.#nameColumn]: ([, name]) => name },
    })
  }

  load(table: Table): void {
    const ids = numberColumn(table, this.#idColumn)
    for (let row = 0; row < table.rows; row++) this.#names.set(ids[row] as number, textAt(table, this.#nameColumn, row))
  }
}

/** Birthdates by user. */
export class BirthdateLookup {
  readonly #birthdates = new Map<number, number>()

  /** `1971-01-11`; empty where the client sent no such user. */
  get(userId: number): string {
    const birthdateS = this.#birthdates.get(userId)
    return birthdateS === undefined ? '' : formatDate(birthdateS)
  }

  save(): Table {
    return createTable([...this.#birthdates], {
      numbers: { userId: ([userId]) => userId, birthdateS: ([, birthdateS]) => birthdateS },
    })
  }

  load(table: Table): void {
    const userIds = numberColumn(table, 'userId')
    const birthdates = numberColumn(table, 'birthdateS')
    for (let row = 0; row < table.rows; row++) this.#birthdates.set(userIds[row] as number, birthdates[row] as number)
  }
}
