import { readTokens, type Token } from './read-tokens.ts'

export interface Import {
  readonly specifier: string
  readonly line: number
  /** It leaves no trace in the compiled code. */
  readonly typeOnly: boolean
}

export interface ModuleFacts {
  readonly imports: readonly Import[]
  /** Lines of default exports. */
  readonly defaultExports: readonly number[]
  /** Lines of dynamic imports whose module only shows at run time. */
  readonly computedImports: readonly number[]
  /** Members of the global `process` that are used. */
  readonly processMembers: readonly { readonly member: string; readonly line: number }[]
}

/** What a module imports and exports in any way that TypeScript has: static, dynamic, type-only, re-export, require. */
export function readModule(source: string): ModuleFacts {
  const tokens = readTokens(source)
  const imports: Import[] = []
  const defaultExports: number[] = []
  const computedImports: number[] = []
  const processMembers: { member: string; line: number }[] = []
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1]?.value
    if (token.type !== 'word' || before === '.') continue
    const next = tokens[i + 1]
    if (token.value === 'process' && next?.value === '.') {
      processMembers.push({ member: tokens[i + 2]?.value ?? '', line: token.line })
    }
    if (token.value === 'export' && next?.value === 'default') defaultExports.push(token.line)
    if (token.value === 'as' && next?.value === 'default' && tokens[i + 2]?.type === 'mark') {
      if (isWithinExport(tokens, i)) defaultExports.push(token.line)
    }
    const isCall = (token.value === 'import' || token.value === 'require') && next?.value === '('
    if (isCall) {
      const specifier = tokens[i + 2]
      if (specifier?.type === 'text') imports.push(toImport(specifier, before === 'typeof'))
      else if (token.value === 'import') computedImports.push(token.line)
    } else if (token.value === 'import' || token.value === 'export') {
      const found = findSource(tokens, i)
      if (found) imports.push(found)
    }
  }
  return { imports, defaultExports, computedImports, processMembers }
}

/** The source of the import or export declaration at `start`, where it has one. */
function findSource(tokens: readonly Token[], start: number): Import | undefined {
  const first = tokens[start + 1]
  if (first?.type === 'text') return tokens[start]?.value === 'import' ? toImport(first, false) : undefined
  const second = tokens[start + 2]?.value ?? ''
  const typeOnly = first?.value === 'type' && second !== 'from' && second !== ','
  const head = (typeOnly ? second : first?.value) ?? ''
  const isDeclaration = tokens[start]?.value === 'import' || head === '{' || head === '*'
  if (!isDeclaration) return undefined
  for (let i = start + 1; i < tokens.length; i++) {
    const { type, value } = tokens[i] as Token
    const next = tokens[i + 1]
    if (value === 'from' && type === 'word' && next?.type === 'text') return toImport(next, typeOnly)
    // A declaration holds only names, braces, commas and a star: anything else says that it has ended without source.
    if (type === 'text' || (type === 'mark' && !'{},*'.includes(value))) return undefined
    if (value === '}' && next?.value !== 'from') return undefined
  }
  return undefined
}

function isWithinExport(tokens: readonly Token[], at: number): boolean {
  const open = tokens.slice(0, at).findLastIndex(({ value }) => value === '{' || value === '}')
  return tokens[open]?.value === '{' && tokens[open - 1]?.value === 'export'
}

const toImport = ({ value, line }: Token, typeOnly: boolean): Import => ({ specifier: value, line, typeOnly })
