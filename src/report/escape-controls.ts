/*
 * What steers a terminal, or turns the direction of text: a server's answer may hold it, and a reader's terminal must
 * never get it. The line break is among them: nobody else may begin a line of a report.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal.
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Text as a terminal may show it: what would steer it stands there as JSON would write it. */
export function escapeControls(text: string): string {
  return text.replace(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The same, but for line breaks, which stay. */
export const escapeLines = (text: string) => text.split('\n').map(escapeControls).join('\n')

/** JSON that a terminal may show as well. It says the same. */
export function stringifySafely(value: unknown): string {
  return escapeControls(JSON.stringify(value))
}

/**
 * All strings of plain data escaped, but for what lies under the keys of `asJson`: that is for `stringifySafely`, which
 * would escape it twice. Stacks in `bugs` keep their line breaks.
 */
export function escapeStrings<T>(value: T, asJson: ReadonlySet<string>): T {
  if (typeof value === 'string') return escapeControls(value) as T
  if (Array.isArray(value)) return value.map((item) => escapeStrings(item, asJson)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, part]) => [
    escapeControls(key),
    asJson.has(key) ? part : key === 'bugs' ? (part as string[]).map(escapeLines) : escapeStrings(part, asJson),
  ])
  return Object.fromEntries(entries) as T
}
