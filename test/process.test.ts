import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const bin = fileURLToPath(new URL('../bin/mcsim.js', import.meta.url))
const built = new URL('../dist/cli/', import.meta.url).href
type Child = ChildProcessByStdio<Writable, Readable, Readable>
const children: Child[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function start(...argv: string[]): Child {
  const child = spawn(process.execPath, argv, { stdio: 'pipe' })
  children.push(child)
  return child
}

async function finish(child: Child) {
  const [out, err, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, err, exitCode }
}

describe('the process of mcsim', () => {
  it.each([
    [['--version'], 0],
    [['--help'], 0],
    [['unheard-of'], 2],
    [['validate', 'no-such-file.yaml'], 2],
  ])('with %j exits with %d', async (argv, expected) => {
    expect((await finish(start(bin, ...argv))).exitCode).toBe(expected)
  })

  it('does not mind a reader that leaves in the middle', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcsim-process-'))
    const file = join(folder, 'many.yaml')
    await writeFile(file, 'groups: [{ name: many, system: gateway, clients: 50000 }]\n')
    const child = start(bin, 'plan', file, '--json', '--pairs', '0')
    child.stdout.once('data', () => child.stdout.destroy())
    const [err, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    await rm(folder, { recursive: true })
    expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 })
  })

  it('calls an error that nobody caught a bug of its own', async () => {
    const script = `
      const { runProcess } = await import('${built}main.js')
      process.argv.push('--version')
      await runProcess()
      setTimeout(() => { throw new Error('too late') })`
    const { exitCode, err } = await finish(start('--input-type=module', '--eval', script))
    expect(exitCode).toBe(70)
    expect(err).toContain('This is a bug in mcsim')
    expect(err).toContain('too late')
  })
})

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  const script = `
    const { createProcessIo } = await import('${built}process-io.js')
    const io = createProcessIo()
    const alive = setInterval(() => {}, 1000)
    io.signal.addEventListener('abort', () => console.log('draining'))
    console.log('ready')`

  it('asks the command to finish, and when it comes again ends the process with 130', async () => {
    const child = start('--input-type=module', '--eval', script)
    const exited = once(child, 'exit')
    await once(child.stdout, 'data')
    child.kill(signal)
    const [answer] = await once(child.stdout, 'data')
    expect(String(answer)).toBe('draining\n')
    child.kill(signal)
    expect(await exited).toEqual([130, null])
  })
})

describe('mcsim serve', () => {
  const serve = () => start(bin, 'serve', 'gateway', '--quiet', '--exit-with-stdin')

  it.each([
    ['a signal comes', (child: Child) => child.kill('SIGTERM')],
    ['its stdin closes', (child: Child) => child.stdin.end()],
  ])('says where it listens, and stops when %s', async (_, stop) => {
    const child = serve()
    const exited = once(child, 'exit')
    const [line] = await once(child.stdout, 'data')
    expect(JSON.parse(String(line))).toMatchObject({ url: expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/) })
    stop(child)
    expect(await exited).toEqual([0, null])
  })
})
