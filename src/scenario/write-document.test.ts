import { expect, it } from 'vitest'
import { fakeSystem } from '../../test/support/fake-system.ts'
import type { JsonObject } from '../core/json.ts'
import { loadScenario } from './load-scenario.ts'
import { formatDocument, writeDocument } from './write-document.ts'

const load = (text: string) => loadScenario({ text, file: 'x.yaml', systems: [fakeSystem] })

const text = `
seed: 9
maxDuration: 90s
targets:
  main: { system: echo, settings: { workers: 3 }, defect: lost-word, defectRate: 0.5 }
groups:
  - { name: a, system: echo, target: main, clients: 2, params: { rows: 5, pause: 20ms } }
  - { name: b, system: echo, clients: 1 }
  - { name: c, system: echo, target: "tcp://host:9000", load: { model: open, stages: [{ duration: 5s, arrivalRate: 2 }] } }
pressure:
  - { target: main, endpoint: status, path: /stats }
faults:
  - { kind: reset, groups: [a], at: 1s, clients: 1 }
`

it('a scenario that was read is written so that it is read as the same, with all its targets declared', () => {
  const { document, ...scenario } = load(text)
  const written = formatDocument(writeDocument({ ...scenario, document: document as JsonObject }) ?? {}, ['one', 'two'])
  expect(written).toMatch(/^# one\n# two\nname: x\n/)
  const { document: again, ...read } = load(written)
  const names = { main: 'main', 'reference-echo': 'echo-server-2', 'tcp://host:9000': 'echo-server-3' }
  const renamed = JSON.stringify(scenario)
    .replaceAll('"reference-echo"', `"${names['reference-echo']}"`)
    .replace('"target":"tcp://host:9000"', `"target":"${names['tcp://host:9000']}"`)
    .replace('"name":"tcp://host:9000"', `"name":"${names['tcp://host:9000']}"`)
  expect(read).toEqual(JSON.parse(renamed))
})

it('what a command line said is in it as well', () => {
  const scenario = load(text)
  const targets = scenario.targets.map((target) => ({ ...target, defects: ['misrouted-echo', 'lost-word'] }))
  const written = writeDocument({ ...scenario, seed: 4, maxDurationMs: 1500, targets })
  expect(written).toMatchObject({ seed: 4, maxDuration: '1500ms' })
  expect(written?.['targets']).toMatchObject({ main: { defect: ['misrouted-echo', 'lost-word'] } })
})

it('of a scenario that was read from nowhere there is no document', () => {
  const { document, ...scenario } = load(text)
  expect(writeDocument(scenario)).toBeUndefined()
})
