import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeSystem } from '../../test/support/fake-system.ts'
import { createMemoryIo } from '../../test/support/memory-io.ts'
import { main } from './main.ts'
import { mcsimVersion } from './version.ts'

const systems = [{ name: fakeSystem.name, summary: fakeSystem.summary, load: async () => fakeSystem }]
let folder: string

const planned = `
targets:
  theirs: { system: echo, url: "tcp://host:9000" }
  ours: { system: echo, defect: lost-word, defectRate: 0.5 }
groups:
  - { name: many, system: echo, target: theirs, load: { model: closed, clients: 30, arriveOver: 3s, iterations: 2, thinkTime: 1s } }
  - { name: few, system: echo, target: ours, load: { model: open, stages: [{ duration: 1s, arrivalRate: 2 }] }, startAfter: 1s }
  - { name: silent, system: echo, target: ours, clients: 1, witness: after }
pressure:
  - { target: ours, endpoint: status, path: /stats, connections: 4 }
  - { url: "http://host/x", method: POST, rate: 20, duration: 5s }
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcsim-cli-'))
  await writeFile(join(folder, 'good.yaml'), 'groups: [{ name: a, system: echo, clients: 2 }]\n')
  await writeFile(join(folder, 'plan.yaml'), planned)
  await writeFile(join(folder, 'bad.yaml'), 'groups: [{ name: a, system: ecko, clients: 0 }]\n')
})
afterAll(() => rm(folder, { recursive: true }))

async function run(...argv: string[]) {
  const io = createMemoryIo({ cwd: folder })
  const exitCode = await main(argv, io, systems)
  return { exitCode, out: io.out(), err: io.err() }
}

describe('mcsim', () => {
  it('tells its version without loading any system', async () => {
    const io = createMemoryIo()
    const load = () => Promise.reject(new Error('loaded'))
    expect(await main(['--version'], io, [{ name: 'x', summary: 'x', load }])).toBe(0)
    expect(io.out()).toBe(`${mcsimVersion}\n`)
  })

  it('lists its commands, the systems and the exit codes without loading any system', async () => {
    const io = createMemoryIo()
    const load = () => Promise.reject(new Error('loaded'))
    expect(await main(['--help'], io, [{ name: 'x', summary: 'Clients of x', load }])).toBe(0)
    for (const part of ['validate', 'Clients of x', 'generate', 'Exit codes', '130']) expect(io.out()).toContain(part)
  })

  it.each([
    [['--help'], 0],
    [[], 2],
    [['help', 'validate'], 0],
    [['validate', '--help'], 0],
    [['generate'], 2],
    [['generate', 'words', '--help'], 0],
  ])('with %j shows help and exits with %d', async (argv, expected) => {
    const { exitCode, out, err } = await run(...argv)
    expect(exitCode).toBe(expected)
    expect(expected === 0 ? out : err).toContain('Usage: mcsim')
  })

  it.each([
    [['validat'], 'Did you mean validate?'],
    [['validate'], "missing required argument 'file'"],
    [['validate', '--colour', 'good.yaml'], "unknown option '--colour'"],
    [['generate', 'words'], "required option '--count <n>' not specified"],
    [['generate', 'words', '--count', 'many'], 'Expected a whole number.'],
    [['generate', 'words', '--count', '1', '--case', 'odd'], 'Allowed choices are upper, lower.'],
  ])('with %j tells what is wrong and exits with 2', async (argv, message) => {
    const { exitCode, out, err } = await run(...argv)
    expect(err).toContain(message)
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
  })

  it('runs a command that a system brings along', async () => {
    expect(await run('generate', 'words', '--count', '2', '--case', 'upper')).toEqual({
      exitCode: 0,
      out: 'WORD WORD\n',
      err: '',
    })
  })

  it('tells by path what is wrong with the scenario that options make', async () => {
    const { exitCode, out, err } = await run('echo', '--clients', '0', '--rows', '1001')
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain('The command line has 2 problems.')
    expect(err).toContain('(command line)  groups[0].clients: expected at least 1, got 0')
    expect(err).toContain('(command line)  groups[0].params.rows: expected at most 1000, got 1001')
  })

  it('calls what is not the user’s mistake a bug of its own, and exits with 70', async () => {
    const broken = { ...fakeSystem, params: { ...fakeSystem.params, parse: () => JSON.parse('{') } }
    const io = createMemoryIo({ cwd: folder })
    const entry = { name: 'echo', summary: '', load: async () => broken }
    expect(await main(['validate', 'good.yaml'], io, [entry])).toBe(70)
    expect(io.err()).toMatch(/^This is a bug in mcsim[\s\S]*SyntaxError/)
  })
})

describe('mcsim validate', () => {
  it('says ok of a good file', async () => {
    const { exitCode, out } = await run('validate', 'good.yaml')
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: 'good.yaml: ok (1 group, 2 clients)\n' })
  })

  it('tells the problems of every file and exits with 2', async () => {
    const { exitCode, out, err } = await run('validate', 'bad.yaml', 'good.yaml', 'none.yaml')
    expect(exitCode).toBe(2)
    expect(out).toContain('good.yaml: ok')
    expect(err).toContain('bad.yaml has 2 problems.')
    expect(err).toContain('none.yaml cannot be read: there is no such file.')
  })
})

describe('mcsim plan', () => {
  it('shows who arrives when and whether a leak could be seen', async () => {
    const { exitCode, out } = await run('plan', 'plan.yaml', '--run-id', 'r1', '--seed', '7', '--pairs', '5')
    expect(exitCode).toBe(0)
    expect(out).toMatchInlineSnapshot(`
      "Plan of plan: 33 clients in 3 groups, for at most 10 m 0 s
      seed 7, run id r1

      target  system  server
      theirs  echo    tcp://host:9000
      ours    echo    reference server, started by the run, with the defect lost-word on 50 % of occasions

      group   target  clients  arrive                     load
      many    theirs       30  0 s to 2.90 s              closed, 2 iterations, 1.00 s between
      few     ours          2  1.00 s to 1.50 s           open, constant, 2/s for 1.00 s, at most 1000 alive, 1 iteration
      silent  ours          1  when the others have left  witness: sends nothing

      pressure                           connections  for
      GET /stats of ours, status server            4  the whole run
      POST http://host/x                          10  5.00 s, 20 requests/s

      arrivals  0 s to 2.90 s; the highest mark is 1
      many      ██ █ ██ █ █ ██ █ ██ █ █ ██ █ █ ██ █ ██ █ █ ██ █ ██
      few                        █       █

      client  group   in group  arrives
           0  many           0      0 s
          32  silent         0     last
           1  many           1   100 ms
           2  many           2   200 ms
           3  many           3   300 ms
           4  many           4   400 ms
           5  many           5   500 ms
           6  many           6   600 ms
           7  many           7   700 ms
           8  many           8   800 ms
           9  many           9   900 ms
          10  many          10   1.00 s
          30  few            0   1.00 s
          11  many          11   1.10 s
          12  many          12   1.20 s
          13  many          13   1.30 s
          14  many          14   1.40 s
          15  many          15   1.50 s
          31  few            1   1.50 s
          16  many          16   1.60 s
      … and 13 more, all of them with --json

      Data at theirs: 5 of 435 pairs of clients compared.
        two that expect different answers: 5 (100 %)
        any batch of the one would change what the other is answered: 5 (100 %)
      Data at ours: 1 of 1 pairs of clients compared.
        two that expect different answers: 1 (100 %)
        any batch of the one would change what the other is answered: 1 (100 %)
      "
    `)
  })

  it('has the whole plan as one JSON document', async () => {
    const { out } = await run('plan', 'plan.yaml', '--run-id', 'r1', '--json')
    const plan = JSON.parse(out)
    expect(plan).toMatchObject({ schema: 'mcsim-plan/1', runId: 'r1', seed: 1, clients: 33 })
    expect(plan.arrivals).toHaveLength(33)
    expect(plan.arrivals[0]).toMatchObject({ client: 0, group: 'many', indexInGroup: 0, scheduledAtMs: 0 })
  })

  it('of a wrong scenario tells what is wrong and exits with 2', async () => {
    const { exitCode, out, err } = await run('plan', 'bad.yaml')
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain('there is no system "ecko"')
  })
})
