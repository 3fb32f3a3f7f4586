/**
 * A plain table without rules. `align` has one `l` or `r` per column. Colour codes do not count towards the width;
 * cells hold characters of single width only.
 */
export function formatTable(heads: readonly string[], rows: readonly (readonly string[])[], align: string): string {
  if (rows.length === 0) return ''
  const all = [heads, ...rows]
  const widths = heads.map((_, column) => Math.max(...all.map((row) => visibleLength(row[column] ?? ''))))
  return all
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, align[column] === 'r'))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function pad(cell: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - visibleLength(cell)))
  return right ? space + cell : cell + space
}

function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes start with the escape character.
  return text.replace(/\u001b\[[0-9;]*m/g, '').length
}
