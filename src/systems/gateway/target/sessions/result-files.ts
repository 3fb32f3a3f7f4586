import { appendFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeResultFile, resultFileNames } from '../../wire/index.ts'
import { type Query, queries, type ResultPart } from '../../wire/results.ts'

/** The four files of one session. They get their names when they are whole, so that nobody reads half a file. */
export class ResultFiles {
  readonly #folder: string
  readonly #begun = new Set<Query>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async append(part: ResultPart): Promise<void> {
    const text = encodeResultFile(part)
    const lines = this.#begun.has(part.query) ? text.slice(text.indexOf('\n') + 1) : text
    this.#begun.add(part.query)
    await appendFile(this.#unfinished(part.query), lines)
  }

  async finish(): Promise<void> {
    for (const query of queries) await rename(this.#unfinished(query), join(this.#folder, resultFileNames[query]))
  }

  #unfinished(query: Query): string {
    return join(this.#folder, `.${resultFileNames[query]}.unfinished`)
  }
}
