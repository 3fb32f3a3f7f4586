import { describe, expect, it } from 'vitest'
import { checkTree } from './check-tree.ts'

/** Every module that the planted imports below name, so that only the planted rule is broken. */
const modules = [
  'core/plan',
  'core/random',
  'core/clock',
  'scenario/load-scenario',
  'load/schedule-open',
  'metrics/histogram',
  'check/verdict',
  'transport/tcp-connection',
  'targets/status-server',
  'engine/run-plan',
  'report/format-text',
  'cli/main',
  'systems/index',
  ...['index', 'params', 'wire/rows', 'workload/rows', 'client/link', 'target/start', 'invariants/own'].flatMap(
    (part) => [`systems/gateway/${part}`, `systems/replay/${part}`],
  ),
].map((name) => `src/${name}.ts`)

/** The findings for a tree of empty modules with one line planted in one of them. */
function plant(path: string, line: string): readonly string[] {
  const tree = new Map(modules.map((module) => [module, '']))
  return checkTree(tree.set(`src/${path}`, line))
}

describe('a planted violation is refused:', () => {
  it.each([
    ['core/plan.ts', "import { x } from '../load/schedule-open.ts'", 'core may not import load'],
    ['core/plan.ts', "import type { X } from '../load/schedule-open.ts'", 'core may not import load'],
    ['core/plan.ts', "const x = await import('../load/schedule-open.ts')", 'core may not import load'],
    ['core/plan.ts', "export * from '../load/schedule-open.ts'", 'core may not import load'],
    ['core/plan.ts', "import { x } from '../load/schedule-open.js'", 'core may not import load'],
    ['core/plan.ts', "type X = typeof import('../load/schedule-open.ts')", 'core may not import load'],
    ['core/plan.ts', "import { readFile } from 'node:fs'", 'this part is pure'],
    ['core/clock.ts', "import { readFile } from 'node:fs'", 'this part is pure'],
    ['load/schedule-open.ts', "import '../metrics/histogram.ts'", 'load may not import metrics'],
    ['engine/run-plan.ts', "import '../systems/index.ts'", 'engine may not import systems'],
    ['engine/run-plan.ts', "import '../scenario/load-scenario.ts'", 'engine may not import scenario'],
    ['dashboard/header.tsx', "import '../engine/run-plan.ts'", 'dashboard may not import engine'],
    ['cli/main.ts', "import '../load/schedule-open.ts'", 'cli may not import load'],
    ['cli/main.ts', "import '../systems/gateway/params.ts'", 'an index alone'],
    ['systems/index.ts', "import './gateway/params.ts'", 'an index alone'],
    ['systems/gateway/index.ts', "import '../replay/index.ts'", 'no system knows another'],
    ['systems/gateway/client/link.ts', "import '../../../engine/run-plan.ts'", 'systems may not import engine'],
    ['systems/gateway/client/link.ts', "import '../../../targets/status-server.ts'", 'may not import targets'],
    ['systems/gateway/target/start.ts', "import '../../../transport/tcp-connection.ts'", 'may not import transport'],
    ['systems/gateway/target/start.ts', "import '../workload/rows.ts'", 'target may not import workload'],
    ['systems/gateway/invariants/own.ts', "import '../target/start.ts'", 'invariants may not import target'],
    ['systems/gateway/client/link.ts', "import '../invariants/own.ts'", 'client may not import invariants'],
    ['systems/gateway/workload/rows.ts', "import { x } from '../wire/rows.ts'", 'only types of wire'],
    ['systems/gateway/wire/rows.ts', "import '../params.ts'", 'wire may not import params'],
    ['systems/gateway/wire/rows.ts', "import 'node:net'", 'this part is pure'],
    ['systems/gateway/extra.ts', "import './params.ts'", 'part extra has no row'],
    ['extra/new.ts', "import '../core/plan.ts'", 'layer extra has no row'],
    ['engine/run-plan.ts', "import { parse } from 'yaml'", 'its home is src/scenario/'],
    ['engine/run-plan.ts', "import { x } from 'pure-rand/generator/mersenne'", 'its home is src/core/random.ts'],
    ['engine/run-plan.ts', "import { x } from '@scope/name/deep'", 'it has no home folder'],
    ['engine/run-plan.ts', "import { readFile } from 'fs'", 'it has no home folder'],
    ['engine/run-plan.ts', "import './gone.ts'", 'there is no such module'],
    ['engine/run-plan.ts', 'await import(name)', 'only shows at run time'],
    ['engine/run-plan.ts', 'const x = process.env.HOME', 'for cli/ alone'],
    ['engine/run-plan.ts', "import { env } from 'node:process'", 'for cli/ alone'],
    ['engine/run-plan.ts', 'export default 1', 'has a default export'],
    ['engine/run-plan.test.ts', 'export default 1', 'has a default export'],
    ['engine/run-plan.ts', '\n'.repeat(300).concat('x'), 'has 301 lines'],
  ])('%s with %j', (path, line, reason) => {
    const findings = plant(path, line)
    expect(findings).toHaveLength(1)
    expect(findings[0]).toContain(`src/${path}`)
    expect(findings[0]).toContain(reason)
  })

  it('a cycle, even of types alone and through a folder', () => {
    const tree = new Map([
      ['src/core/a.ts', "import type { B } from './b.ts'"],
      ['src/core/b.ts', "export * from './deep/c.js'"],
      ['src/core/deep/c.ts', "const a = () => import('../a.ts')"],
    ])
    expect(checkTree(tree)).toEqual([
      'src/core/a.ts is in a cycle: src/core/a.ts → src/core/b.ts → src/core/deep/c.ts → src/core/a.ts',
    ])
  })

  it('an empty walk', () => expect(checkTree(new Map())).toHaveLength(1))
})

describe('what the rules allow passes:', () => {
  it.each([
    ['core/clock.ts', "import { performance } from 'node:perf_hooks'"],
    ['core/random.ts', "import { x } from 'pure-rand/generator/xoroshiro128plus'"],
    ['engine/run-plan.ts', "import { x } from '../load/schedule-open.js'"],
    ['cli/main.ts', "import { x } from '../systems/gateway/index.ts'"],
    ['cli/main.ts', 'process.exit(1)'],
    ['systems/gateway/workload/rows.ts', "import type { Row } from '../wire/rows.ts'"],
    ['systems/gateway/client/link.ts', "import { x } from '../../../transport/tcp-connection.ts'"],
    ['systems/gateway/invariants/own.ts', "import { x } from '../../../check/verdict.ts'"],
    ['check/verdict.test.ts', "import { x } from '../transport/tcp-connection.ts'\nimport 'vitest'"],
  ])('%s with %j', (path, line) => expect(plant(path, line)).toEqual([]))
})
