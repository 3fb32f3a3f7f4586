import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fakeSystem } from '../../test/support/fake-system.ts'
import { McsimError } from '../core/errors.ts'
import { loadScenario } from './load-scenario.ts'

const valid = `name: all # of it
maxDuration: 2m
targets:
  main: { system: echo, settings: { workers: 4 }, defect: lost-word, defectRate: 0.5 }
  theirs: { system: echo, url: "tcp://host:9000" }
groups:
  - name: a
    system: echo
    target: main
    load: { model: closed, clients: 3, thinkTime: 1.5s }
    params: &words
      rows: 3
  - { name: b, system: echo, target: theirs, params: *words, load: { model: open, stages: [{ duration: 1s, arrivalRate: 5 }] } }
pressure:
  - { url: "http://host/x", rate: 3, duration: 5s, headers: { a: b } }
  - { target: main, endpoint: status, path: /stats }
`

/** Cuts of the text and what is put in their place: mostly what means something to YAML. */
const anyEdits = fc.array(
  fc.record({
    at: fc.nat(valid.length),
    cut: fc.nat(12),
    put: fc.oneof(
      fc.constantFrom(
        '',
        '\n',
        '  ',
        '\t',
        ':',
        ': ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '&x',
        '*x',
        '!t ',
        '# ',
        '|',
        '---\n',
      ),
      fc.constantFrom(
        'null',
        '-1',
        '1e99',
        '.nan',
        '2024-01-01',
        'reference',
        '__proto__: 1',
        '\r\n',
        '\ufeff',
        '\0',
        '😀',
      ),
      fc.string({ maxLength: 6 }),
    ),
  }),
  { minLength: 1, maxLength: 4 },
)

it('a spoilt scenario is still valid or is told with places that are there', () => {
  fc.assert(
    fc.property(anyEdits, (edits) => {
      const text = edits.reduce((spoilt, { at, cut, put }) => spoilt.slice(0, at) + put + spoilt.slice(at + cut), valid)
      const lines = text.split(/\r?\n/)
      try {
        loadScenario({ text, file: 'x.yaml', systems: [fakeSystem] })
      } catch (error) {
        if (!(error instanceof McsimError)) throw error
        expect(error.problems.length).toBeGreaterThan(0)
        for (const { line, column, length, excerpt } of error.problems) {
          expect(excerpt).toBe(lines[line - 1]?.trimEnd())
          expect(column).toBeGreaterThan(0)
          expect(length).toBeGreaterThan(0)
        }
      }
    }),
    { numRuns: process.env['MCSIM_LONG'] ? 20_000 : 500 },
  )
})
