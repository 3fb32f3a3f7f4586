import { describe, expect, it } from 'vitest'
import { readModule } from './read-imports.ts'

const specifiers = (source: string) =>
  readModule(source).imports.map(({ specifier, typeOnly }) => (typeOnly ? `type ${specifier}` : specifier))

describe('imports', () => {
  it.each([
    ["import { a } from './a.ts'", './a.ts'],
    ["import a, { type b, c as d } from './a.js'", './a.js'],
    ["import * as a from './a.ts'", './a.ts'],
    ["import './a.ts'", './a.ts'],
    ["import type { A } from './a.ts'", 'type ./a.ts'],
    ["import type A from './a.ts'", 'type ./a.ts'],
    ["import type from './a.ts'", './a.ts'],
    ["export { a, b as c } from './a.ts'", './a.ts'],
    ["export * from './a.ts'", './a.ts'],
    ["export * as a from './a.ts'", './a.ts'],
    ["export type { A } from './a.ts'", 'type ./a.ts'],
    ["const a = await import('./a.ts')", './a.ts'],
    ["type A = typeof import('./a.ts')", 'type ./a.ts'],
    ["const a = require('./a.cjs')", './a.cjs'],
    ['import {\n  a, // the first\n  b,\n} /* of */ from "./a.ts"', './a.ts'],
    [`const text = \`x \${await import('./a.ts')} y\``, './a.ts'],
    ["const quote = /[\"'`/]/; import './a.ts'", './a.ts'],
    ["const half = a / 2 / b; import './a.ts'", './a.ts'],
  ])('are found in %s', (source, specifier) => expect(specifiers(source)).toEqual([specifier]))

  it.each([
    "// import './a.ts'",
    "/* import './a.ts' */",
    'const text = "import \'./a.ts\'"',
    `const text = \`import './a.ts' \${1} import './b.ts'\``,
    'const url = import.meta.url',
    "export const from = './a.ts'",
    "export { a }\nconst from = './a.ts'",
    "export type A = { from: './a.ts' }",
    "loader.import('./a.ts')",
  ])('are not seen in %s', (source) => expect(specifiers(source)).toEqual([]))

  it('have the line they stand on, after comments and templates of several lines', () => {
    const source = `/*\n*/ const a = \`\n\n\${b}\n\`\nimport './a.ts'`
    expect(readModule(source).imports).toEqual([{ specifier: './a.ts', line: 6, typeOnly: false }])
  })

  it('that are computed are told apart', () => {
    expect(readModule('await import(name)').computedImports).toEqual([1])
  })
})

it.each(['export default function f() {}', 'const a = 1\nexport { a as default }'])(
  '%j is a default export',
  (source) => {
    expect(readModule(source).defaultExports).toHaveLength(1)
  },
)

it.each(["import { default as a } from './a.ts'", 'switch (x) { default: break }'])(
  '%j is no default export',
  (source) => {
    expect(readModule(source).defaultExports).toEqual([])
  },
)
