import { type LocatedProblem, McsimError, stackOf } from '../core/errors.ts'
import type { Problem } from '../core/system.ts'
import { createPaint, type Paint } from './paint.ts'
import { mcsimVersion } from './version.ts'

/** An error in words for a terminal, with a line end: what the user did wrong, or that mcsim has a bug. */
export function renderError(error: unknown, hasColour: boolean): string {
  const paint = createPaint(hasColour)
  if (!(error instanceof McsimError)) return renderBug(error, paint)
  const lines = [`${paint.bad('error:')} ${error.message}`]
  if (error.hint !== undefined) lines.push(`${paint.doubtful('hint:')} ${error.hint}`)
  for (const problem of error.problems) lines.push('', ...renderProblem(problem, paint))
  return `${lines.join('\n')}\n`
}

/** `file:line:column  path: message`, the line of the file with a caret below, and what to do. */
function renderProblem(problem: LocatedProblem, paint: Paint): string[] {
  const path = renderPath(problem.path)
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`
  const lines = [`${paint.strong(place)}  ${path === '' ? '' : `${path}: `}${maskControls(problem.message)}`]
  const gutter = `${problem.line}`.length
  if (problem.line > 0) {
    const { text, start } = cutAround(maskControls(problem.excerpt), problem.column - 1)
    // A tab stays a tab, so that the caret stands below what it points at whatever the terminal's tab width.
    const indent = text.slice(0, problem.column - 1 - start).replace(/[^\t]/g, ' ')
    const carets = '^'.repeat(Math.max(1, Math.min(problem.length, text.length - indent.length)))
    lines.push(`  ${paint.dim(`${problem.line} |`)} ${text}`)
    lines.push(`  ${paint.dim(`${' '.repeat(gutter)} |`)} ${indent}${paint.bad(carets)}`)
  }
  if (problem.hint !== undefined) lines.push(`  ${' '.repeat(gutter)} ${paint.doubtful('hint:')} ${problem.hint}`)
  return lines
}

/** Text of a file as a terminal may show it: what would steer the terminal is replaced, one for one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal.
const maskControls = (text: string) => text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '\ufffd')

const widestExcerpt = 160

/** The part of a very long line that lies around the column of interest. */
function cutAround(line: string, column: number): { readonly text: string; readonly start: number } {
  if (line.length <= widestExcerpt) return { text: line, start: 0 }
  const start = Math.max(0, column - widestExcerpt / 2)
  return { text: line.slice(start, start + widestExcerpt), start }
}

/** `groups[0].params.rows`, `targets["two words"]` */
export function renderPath(path: Problem['path']): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number' || !/^[\w-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

function renderBug(error: unknown, paint: Paint): string {
  const told = stackOf(error)
  return [
    `${paint.bad('This is a bug in mcsim.')} Please report it with the command line and what stands here:`,
    `mcsim ${mcsimVersion}, Node ${process.version}, ${process.platform}`,
    told,
    '',
  ].join('\n')
}
