import { type Document, isAlias, isMap, isSeq, type Node, type Pair, parseDocument, visit, type YAMLError } from 'yaml'
import type { LocatedProblem } from '../core/errors.ts'
import type { Problem } from '../core/system.ts'

/** Aliases may repeat a node this often before the file counts as an attack ("billion laughs"). */
const maxAliasCount = 100

/** A YAML text that knows where everything in it stands. */
export class YamlSource {
  readonly #file: string
  readonly #text: string
  readonly #document: Document.Parsed

  constructor(file: string, text: string) {
    this.#file = file
    this.#text = text
    this.#document = parseDocument(text, { prettyErrors: false, logLevel: 'error' })
  }

  /** What keeps the text from being one YAML document: the first problem of each line, later ones are its echo. */
  findSyntaxProblems(): readonly LocatedProblem[] {
    const { errors, warnings } = this.#document
    const problems = [...errors, ...warnings].map((error) =>
      this.#place({ path: [], ...describeSyntaxError(error) }, error.pos[0], error.pos[1]),
    )
    visit(this.#document, {
      Alias: (_, alias, ancestors) => {
        const repeated = alias.resolve(this.#document)
        if (repeated && !ancestors.includes(repeated)) return
        const missing = `there is no anchor "&${alias.source}" before this alias`
        const message = repeated ? 'this alias stands in what it repeats' : missing
        problems.push(this.#place({ path: [], message }, ...rangeOf(alias)))
      },
    })
    return problems.filter(({ line }, i) => problems.findIndex((other) => other.line === line) === i)
  }

  /** The document as plain data. Only for a text without syntax problems. */
  toData(): { readonly data: unknown } | { readonly problem: LocatedProblem } {
    try {
      return { data: this.#document.toJS({ maxAliasCount }) }
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error
      return { problem: this.#place({ path: [], message: error.message, hint: 'use fewer aliases' }, 0, 1) }
    }
  }

  /** Finds the place of a problem: the value at its path, the unknown key, or the nearest thing that is there. */
  locate(problem: Problem): LocatedProblem {
    let node: unknown = this.#document.contents
    let range = rangeOf(node)
    for (const [depth, step] of problem.path.entries()) {
      const pair = findPair(this.#resolve(node), step)
      const item = pair ? pair.value : itemOf(this.#resolve(node), step)
      const isLast = depth === problem.path.length - 1 && problem.unknownKey === undefined
      if (!pair && item === undefined) break
      // A mapping or list is named by its key, for pointing at all of its lines helps nobody; so is a value not there.
      const pointAtKey = pair && (!isLast || isMap(item) || isSeq(item) || isEmpty(item))
      range = rangeOf(pointAtKey ? pair.key : item)
      node = item
    }
    const unknown = problem.unknownKey === undefined ? undefined : findPair(this.#resolve(node), problem.unknownKey)
    return this.#place(problem, ...(unknown ? rangeOf(unknown.key) : range))
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node
  }

  /** The problem at the offsets `from` to `to`, cut at the end of its line; what lies behind the text's end is moved to it. */
  #place(problem: Problem, from: number, to: number): LocatedProblem {
    const start = Math.min(from, Math.max(0, this.#text.trimEnd().length - 1))
    // Counted here, because yaml's own LineCounter loses its way after some syntax errors.
    const linesBefore = this.#text.slice(0, start).split('\n')
    const column = (linesBefore.at(-1) as string).length + 1
    const excerpt = (this.#text.slice(start - column + 1).split(/\r?\n/, 1)[0] ?? '').trimEnd()
    const length = Math.max(1, Math.min(to - start, excerpt.length - column + 1))
    return { ...problem, file: this.#file, line: linesBefore.length, column, excerpt, length }
  }
}

function findPair(node: unknown, key: string | number): Pair<Node, unknown> | undefined {
  if (!isMap<Node>(node)) return undefined
  return node.items.find((pair) => String(pair.key) === String(key))
}

const itemOf = (node: unknown, index: string | number) => (isSeq(node) ? node.items[Number(index)] : undefined)

function isEmpty(node: unknown): boolean {
  const [from, to] = rangeOf(node)
  return from === to
}

function rangeOf(node: unknown): [from: number, to: number] {
  const range = (node as Node | null)?.range
  return range ? [range[0], range[1]] : [0, 1]
}

const syntaxHints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  DUPLICATE_KEY: 'remove one of the two',
  MULTIPLE_DOCS: 'one scenario per file: remove what follows "---"',
  BLOCK_AS_IMPLICIT_KEY: 'put the text in quotes, or the inner mapping on lines of its own',
  TAG_RESOLVE_FAILED: 'a scenario needs no tags: remove it',
  BAD_INDENT: 'lines of one mapping or list start in the same column',
}

function describeSyntaxError({ code, message }: YAMLError): { readonly message: string; readonly hint?: string } {
  const hint = syntaxHints[code]
  // yaml's own words are for the programmer who called it.
  const told = code === 'MULTIPLE_DOCS' ? 'a second document begins here' : message
  return hint === undefined ? { message: told } : { message: told, hint }
}
