import { describe, expect, it } from 'vitest'
import { McsimError } from '../core/errors.ts'
import { renderError, renderPath } from './render-error.ts'

const problem = {
  path: ['groups', 0, 'clients'],
  message: 'expected at least 1, got 0',
  file: 'a.yaml',
  line: 12,
  column: 5,
  excerpt: '\t\t- clients: 0',
  length: 7,
}
const render = (changes: object) =>
  renderError(new McsimError({ code: 'x', message: 'm', problems: [{ ...problem, ...changes }] }), false)

describe('a rendered error', () => {
  it('names the place, shows the line with a caret below, and says what to do', () => {
    expect(render({ hint: 'remove the group' })).toBe(
      [
        'error: m',
        '',
        'a.yaml:12:5  groups[0].clients: expected at least 1, got 0',
        '  12 | \t\t- clients: 0',
        '     | \t\t  ^^^^^^^',
        '     hint: remove the group',
        '',
      ].join('\n'),
    )
  })

  it('has no excerpt where there is no file', () => {
    expect(render({ file: '(command line)', line: 0, column: 0, excerpt: '' })).toBe(
      'error: m\n\n(command line)  groups[0].clients: expected at least 1, got 0\n',
    )
  })

  it('shows of a very long line what lies around the caret', () => {
    const lines = render({ excerpt: `${'a'.repeat(5000)}WRONG${'b'.repeat(5000)}`, column: 5001, length: 5 }).split(
      '\n',
    )
    const [shown, carets] = [lines[3] ?? '', lines[4] ?? '']
    expect(shown.length).toBeLessThan(200)
    expect(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('WRONG')
  })

  it('lets nothing from a file steer the terminal', () => {
    const rendered = render({ excerpt: 'a: \u001b[31mred', message: 'got \u0007' })
    expect(rendered).toContain('a: \ufffd[31mred')
    expect(rendered).toContain('got \ufffd')
  })

  it('has escape codes only where colour is wanted', () => {
    const error = new McsimError({ code: 'x', message: 'm', problems: [problem] })
    expect(renderError(error, true)).toContain('\u001b[')
    expect(renderError(error, false)).not.toContain('\u001b[')
  })

  it('of anything but an McsimError is a bug report with the stack', () => {
    expect(renderError(new TypeError('odd'), false)).toMatch(/^This is a bug in mcsim\.[\s\S]*TypeError: odd\n {4}at /)
    expect(renderError('thrown text', false)).toContain('thrown text')
  })
})

it('a path reads like an expression', () => expect(renderPath(['a', 0, 'b c', 'd'])).toBe('a[0]["b c"].d'))
