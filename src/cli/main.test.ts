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

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcsim-cli-'))
  await writeFile(join(folder, 'good.yaml'), 'groups: [{ name: a, system: echo, clients: 2 }]\n')
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
