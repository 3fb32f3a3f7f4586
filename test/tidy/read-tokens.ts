export interface Token {
  readonly type: 'word' | 'text' | 'mark'
  /** Of a text, what stands between its quotes. */
  readonly value: string
  readonly line: number
}

/**
 * Splits TypeScript into words, string literals and single punctuation marks; comments are left out, and so are regular
 * expressions and templates (but not the code inside `${}`). As much of a lexer as finding imports needs.
 */
export function readTokens(source: string): readonly Token[] {
  const tokens: Token[] = []
  // One entry per open brace: whether closing it goes back into a template.
  const braces: boolean[] = []
  let at = 0
  let line = 1

  /** The match of a sticky pattern at the current place, which is then passed. */
  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    if (!found) return undefined
    at += found.length
    line += found.split('\n').length - 1
    return found
  }
  function takeTemplate(): void {
    take(/(?:\\[\s\S]|(?!\$\{|`)[\s\S])*/y)
    if (take(/\$\{/y)) braces.push(true)
    else take(/`/y)
  }

  while (at < source.length) {
    if (take(/\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y)) continue
    const start = line
    const word = take(/[\p{L}\p{N}_$#]+/uy)
    if (word) {
      tokens.push({ type: 'word', value: word, line: start })
      continue
    }
    const text = take(/'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y)
    if (text) {
      tokens.push({ type: 'text', value: text.slice(1, -1), line: start })
      continue
    }
    if (startsRegex(tokens.at(-1)) && take(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y)) {
      tokens.push({ type: 'text', value: '', line: start })
      continue
    }
    const mark = source[at++] as string
    if (mark === '`') takeTemplate()
    else if (mark === '}' && braces.pop()) takeTemplate()
    else {
      if (mark === '{') braces.push(false)
      tokens.push({ type: 'mark', value: mark, line: start })
    }
  }
  return tokens
}

const wordsBeforeRegex = new Set(['return', 'typeof', 'case', 'in', 'of', 'do', 'else', 'void', 'await', 'yield'])

/** Whether a slash after this token begins a regular expression and is no division. */
function startsRegex(before: Token | undefined): boolean {
  if (!before) return true
  if (before.type === 'mark') return !')]}'.includes(before.value)
  return before.type === 'word' && wordsBeforeRegex.has(before.value)
}
