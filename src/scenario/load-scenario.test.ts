import { describe, expect, it } from 'vitest'
import { fakeSystem } from '../../test/support/fake-system.ts'
import { McsimError } from '../core/errors.ts'
import type { JsonObject } from '../core/json.ts'
import { loadScenario, scenarioFromDocument } from './load-scenario.ts'

const systems = [fakeSystem]
const load = (text: string) => loadScenario({ text, file: 'scenarios/two.yaml', systems })

function problemsOf(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (error instanceof McsimError) return error.problems
    throw error
  }
  return []
}
const told = (text: string) =>
  problemsOf(() => load(text)).map(({ line, column, length, message }) => `${line}:${column}+${length} ${message}`)

describe('a valid scenario', () => {
  it('gets its defaults, and the file name where it has no name', () => {
    const { document, ...scenario } = load('groups: [{ name: a, system: echo, clients: 2 }]')
    expect(document).toEqual({ groups: [{ name: 'a', system: 'echo', clients: 2 }] })
    expect(scenario).toEqual({
      name: 'two',
      seed: 1,
      maxDurationMs: 600_000,
      floors: {},
      pressure: [],
      faults: [],
      targets: [{ name: 'reference-echo', system: 'echo', settings: {}, defects: [], defectRate: 1 }],
      groups: [
        {
          name: 'a',
          system: 'echo',
          target: 'reference-echo',
          startAfterMs: 0,
          witness: false,
          params: { rows: 10, pause: '0s', cohort: 'spread' },
          load: {
            model: 'closed',
            clients: 2,
            iterations: 1,
            thinkTimeMs: 0,
            arriveOverMs: 0,
            reconnect: false,
          },
        },
      ],
    })
  })

  it('keeps named targets, and shares one reference server and one URL among the groups that name them', () => {
    const scenario = load(`
targets:
  main: { system: echo, settings: { workers: 4 }, defect: [lost-word, misrouted-echo], defectRate: 0.5 }
groups:
  - { name: a, system: echo, target: main, clients: 1 }
  - { name: b, system: echo, target: reference, clients: 1 }
  - { name: c, system: echo, clients: 1 }
  - { name: d, system: echo, target: "tcp://host:9000", clients: 1 }
  - { name: e, system: echo, target: "tcp://host:9000", clients: 1 }
`)
    expect(scenario.targets).toEqual([
      {
        name: 'main',
        system: 'echo',
        settings: { workers: 4 },
        defects: ['lost-word', 'misrouted-echo'],
        defectRate: 0.5,
      },
      { name: 'reference-echo', system: 'echo', settings: {}, defects: [], defectRate: 1 },
      { name: 'tcp://host:9000', system: 'echo', url: 'tcp://host:9000', settings: {}, defects: [], defectRate: 1 },
    ])
    const ofGroups = scenario.groups.map(({ target }) => target)
    expect(ofGroups).toEqual(['main', 'reference-echo', 'reference-echo', 'tcp://host:9000', 'tcp://host:9000'])
  })

  it('has its durations in milliseconds', () => {
    const scenario = load(`
maxDuration: 2m
groups:
  - name: a
    system: echo
    startAfter: 500ms
    witness: after
    load: { model: closed, clients: 3, iterations: 4, thinkTime: 1.5s, arriveOver: 2s, reconnect: true }
  - name: b
    system: echo
    load: { model: open, arrivals: poisson, maxAlive: 7, stages: [{ duration: 10s, arrivalRate: 0.5 }] }
`)
    expect(scenario.maxDurationMs).toBe(120_000)
    expect(scenario.groups[0]).toMatchObject({ startAfterMs: 500, witness: 'after' })
    expect(scenario.groups.map(({ load }) => load)).toEqual([
      { model: 'closed', clients: 3, iterations: 4, thinkTimeMs: 1500, arriveOverMs: 2000, reconnect: true },
      {
        model: 'open',
        arrivals: 'poisson',
        maxAlive: 7,
        stages: [{ durationMs: 10_000, arrivalRate: 0.5 }],
        iterations: 1,
        thinkTimeMs: 0,
        reconnect: false,
      },
    ])
  })

  it('may have HTTP load on an address, and on a target that a group uses', () => {
    const { pressure } = load(`
groups: [{ name: a, system: echo, clients: 1 }]
pressure:
  - { url: "http://h:1/x", connections: 2, pipelining: 3, rate: 50, duration: 1.5s, method: POST, headers: { a: b }, body: "{}" }
  - { target: reference, endpoint: status, path: /stats }
`)
    expect(pressure).toEqual([
      {
        at: { url: 'http://h:1/x' },
        ...{ connections: 2, pipelining: 3, rate: 50, durationMs: 1500 },
        ...{ method: 'POST', headers: { a: 'b' }, body: '{}' },
      },
      {
        at: { target: 'reference-echo', endpoint: 'status', path: '/stats' },
        ...{ connections: 10, pipelining: 1, method: 'GET', headers: {} },
      },
    ])
  })

  it('may repeat parts through aliases', () => {
    expect(
      load(`
groups:
  - { name: a, system: echo, clients: 1, params: &words { rows: 3 } }
  - { name: b, system: echo, clients: 1, params: *words }
`).groups.map(({ params }) => params),
    ).toMatchObject([{ rows: 3 }, { rows: 3 }])
  })
})

describe('a wrong scenario', () => {
  it('has all its problems told at once, in the order of the file', () => {
    expect(
      told(`sed: 3
groups:
  - name: a
    system: echo
    clients: 0
    params: { rows: many, cohrt: spread }
  - name: a
    system: ecko
    clients: 1
`),
    ).toEqual([
      '1:1+3 unknown key "sed"',
      '5:14+1 expected at least 1, got 0',
      '6:21+4 expected a number, got "many"',
      '6:27+5 unknown key "cohrt"',
      '7:11+1 groups[0] has the name "a" already',
      '8:13+4 there is no system "ecko"',
    ])
  })

  it('is pointed at where an anchor defines what an alias repeats', () => {
    const text = `
groups:
  - { name: a, system: echo, clients: 1, params: &words { rows: 0 } }
  - { name: b, system: echo, clients: 1, params: *words }
`
    expect(told(text)).toEqual(['3:65+1 expected at least 1, got 0', '3:65+1 expected at least 1, got 0'])
  })

  it('is refused when its aliases would blow it up', () => {
    const levels = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? 'l0: &l0 [x]'
        : `l${i}: &l${i} [${Array(9)
            .fill(`*l${i - 1}`)
            .join(', ')}]`,
    )
    expect(told(levels.join('\n'))).toEqual([expect.stringContaining('alias')])
  })

  it.each([
    ['', '1:1+1 expected a mapping of keys to values, got nothing'],
    ['[]', '1:1+2 expected a mapping of keys to values, got []'],
    ['groups: &all [*all]', '1:15+4 this alias stands in what it repeats'],
    ['groups:\n', '1:1+6 expected a list, got nothing'],
    ['name: x\n', '1:1+7 is missing: expected a list'],
  ])('of the text %j is told %s', (text, message) => expect(told(text)).toEqual([message]))

  it('made by a command is told by path', () => {
    const document: JsonObject = { groups: [{ name: 'a', system: 'echo', clients: 1, params: { rows: 0 } }] }
    expect(problemsOf(() => scenarioFromDocument(document, systems))).toMatchObject([
      { file: '(command line)', line: 0, path: ['groups', 0, 'params', 'rows'] },
    ])
  })
})
