import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMemoryIo } from '../../../test/support/memory-io.ts'
import { createMint, deriveRunKey } from '../../core/marker.ts'
import type { Scenario } from '../../core/scenario.ts'
import { writeRunFile } from '../../engine/run-file.ts'
import { main } from '../main.ts'

const load = { model: 'closed', clients: 6, iterations: 1, thinkTimeMs: 0, arriveOverMs: 0, reconnect: false } as const
const group = {
  name: 'readers',
  system: 'gateway',
  target: 'one',
  load,
  startAfterMs: 0,
  witness: false,
  params: {},
} as const
const scenario = {
  name: 's',
  seed: 1,
  targets: [],
  groups: [group],
  pressure: [],
  faults: [],
  floors: {},
  maxDurationMs: 1000,
}
const key = deriveRunKey('this-run')
const of = (client: number) => createMint(key, 'payload', client)
const stranger = createMint(deriveRunKey('unknown'), 'payload', 1)

describe('mcsim scan', () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-scan-'))
    for (const [runId, startedAt] of [
      ['this-run', '2026-11-27T02:00:00Z'],
      ['earlier', '2026-11-26T02:00:00Z'],
    ] as const) {
      const dir = join(cwd, 'reports', runId)
      await mkdir(dir, { recursive: true })
      const environment = { node: '20', platform: 'linux', cpus: 2, threads: 1 }
      const whole = scenario as unknown as Scenario
      await writeRunFile(dir, {
        mcsimVersion: '0',
        runId,
        startedAt,
        strict: false,
        replay: '',
        environment,
        scenario: whole,
      })
    }
  })
  afterAll(() => rm(cwd, { recursive: true }))

  async function write(path: string, content: string | Buffer) {
    await mkdir(dirname(join(cwd, path)), { recursive: true })
    await writeFile(join(cwd, path), content)
  }

  async function scan(...args: string[]) {
    const io = createMemoryIo({ cwd })
    const exitCode = await main(['scan', ...args], io)
    return { exitCode, out: io.out(), err: io.err() }
  }

  it('passes where each file holds the data of one client, and names it', async () => {
    await write('fine/a.csv', `${of(1)(1)},5\n${of(1)(2)},6\n`)
    await write('fine/deep/b.log', `id=${of(2)(1).toUpperCase()}`)
    const { exitCode, out } = await scan('fine')
    expect(out).toContain('fine/a.csv: 2 of client 1 (readers 1) (from byte 0 on)')
    expect(out).toContain('fine/deep/b.log: 1 of client 2 (readers 2) (in upper case, from byte 3 on)')
    expect(out).toContain('2 files, ')
    expect(exitCode).toBe(0)
  })

  it('exits with 1 where a file holds data of two clients, wherever they stand in it', async () => {
    await write(
      'mixed/big.bin',
      Buffer.concat([Buffer.alloc(65_530), Buffer.from(of(1)(1)), Buffer.alloc(70_000, 'x'), Buffer.from(of(3)(1))]),
    )
    const { exitCode, out } = await scan('mixed')
    expect(out).toContain(
      '✗ mixed/big.bin holds data of more than one client: client 1 (readers 1), client 3 (readers 3)',
    )
    expect(exitCode).toBe(1)
  })

  it('looks into files that were compressed, and into folders as a whole', async () => {
    await write('packed/one.gz', gzipSync(`${'.'.repeat(100_000)}${of(1)(7)}`))
    await write('packed/two.txt', of(4)(7))
    expect((await scan('packed')).exitCode).toBe(0)
    const { exitCode, out } = await scan('packed', '--per', 'folder')
    expect(out).toContain('✗ packed holds data of more than one client: client 1 (readers 1), client 4 (readers 4)')
    expect(exitCode).toBe(1)
  })

  it('knows the owner by the command line, or by a marker in the path', async () => {
    await write('owned/x.txt', of(2)(1))
    expect((await scan('owned', '--owner', '2')).exitCode).toBe(0)
    const wrong = await scan('owned', '--owner', '3')
    expect(wrong.out).toContain("owned/x.txt is client 3 (readers 3)'s and holds data of client 2 (readers 2)")
    expect(wrong.exitCode).toBe(1)
    const session = `sessions/session_${createMint(key, 'identity', 5)(0)}`
    await write(`${session}/q1.csv`, of(5)(1))
    expect((await scan('sessions')).exitCode).toBe(0)
    await write(`${session}/q2.csv`, of(4)(1))
    expect((await scan('sessions')).out).toContain(
      "q2.csv is client 5 (readers 5)'s and holds data of client 4 (readers 4)",
    )
  })

  it('says of which other runs it saw data, by name where one is known', async () => {
    const earlier = createMint(deriveRunKey('earlier'), 'payload', 1)
    await write('old/log', `${earlier(1)} ${earlier(2)} ${stranger(1)} ${of(1)(1)}`)
    const { exitCode, out } = await scan('old')
    expect(out).toContain('2 markers of another run: earlier\n')
    expect(out).toMatch(/1 markers of another run: its id is not known \(bits [0-9a-f]{4}\)/)
    expect(exitCode).toBe(0)
    expect((await scan('old', '--run', 'reports/earlier')).out).toContain('1 markers of another run: this-run')
  })

  it('leaves nothing out silently', async () => {
    await write('odd/x', of(1)(1))
    await symlink('..', join(cwd, 'odd', 'back'))
    const { exitCode, out } = await scan('odd', 'absent')
    expect(out).toContain('not read: odd/back: a link to a folder, which is not followed')
    expect(out).toContain('not read: absent: ENOENT')
    expect(exitCode).toBe(5)
    await write('empty/x', 'nothing')
    expect((await scan('empty')).exitCode).toBe(5)
  })

  it('writes one JSON document, and refuses an owner that the run has not', async () => {
    await write('json/x', `${of(1)(1)}${of(2)(1)}`)
    const { out } = await scan('json', '--json')
    expect(JSON.parse(out)).toMatchObject({
      schema: 'mcsim-scan/1',
      runId: 'this-run',
      files: [{ path: 'json/x', sightings: [{ client: 1, count: 1 }, { client: 2 }] }],
      mixedUp: [{ path: 'json/x', clients: [1, 2] }],
    })
    const refused = await scan('json', '--owner', '6')
    expect([refused.exitCode, refused.err]).toEqual([2, expect.stringContaining('has clients 0 to 5')])
  })

  it('tells the runs also where none is below reports', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'mcsim-scan-'))
    await writeFile(join(elsewhere, 'x'), of(1)(1))
    const io = createMemoryIo({ cwd: elsewhere })
    expect(await main(['scan', 'x'], io)).toBe(5)
    expect(io.out()).toContain('no run is known')
    expect(io.out()).toContain('1 markers of another run: its id is not known')
    await rm(elsewhere, { recursive: true })
  })
})
