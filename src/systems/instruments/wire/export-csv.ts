/** An export as text: a title line, then sections `# <name>`, each with a line of columns and its rows. */
export interface ExportTable {
  readonly title: string
  readonly sections: readonly ExportSection[]
}

export interface ExportSection {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (number | string)[])[]
}

export function encodeExport({ title, sections }: ExportTable): string {
  const lines = [title]
  for (const { name, columns, rows } of sections) {
    lines.push('', `# ${name}`, columns.join(','), ...rows.map((row) => row.join(',')))
  }
  return `${lines.join('\n')}\n`
}

/** Cells that read as numbers are numbers. Undefined where the text has no section. */
export function parseExport(text: string): ExportTable | undefined {
  const [title = '', ...lines] = text.split(/\r?\n/)
  const sections: { name: string; columns: readonly string[]; rows: (number | string)[][] }[] = []
  let expectsColumns = false
  for (const line of lines) {
    if (line.startsWith('#')) {
      sections.push({ name: line.replace(/^#\s*/, ''), columns: [], rows: [] })
      expectsColumns = true
      continue
    }
    const section = sections.at(-1)
    if (line.trim() === '' || !section) continue
    const cells = line.split(',').map((cell) => cell.trim())
    if (expectsColumns) section.columns = cells
    else section.rows.push(cells.map(readCell))
    expectsColumns = false
  }
  return sections.length === 0 ? undefined : { title, sections }
}

function readCell(cell: string): number | string {
  const value = Number(cell)
  return cell === '' || Number.isNaN(value) ? cell : value
}
