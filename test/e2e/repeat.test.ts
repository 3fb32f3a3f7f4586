import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { RepeatReport } from '../../src/core/repeat-report.ts'
import type { RunReport } from '../../src/core/report.ts'
import type { RunningTarget } from '../../src/core/system.ts'
import { echoSystem } from '../support/echo-system.ts'
import { createMemoryIo } from '../support/memory-io.ts'

const systems = [{ name: 'echo', summary: 'echo', load: async () => echoSystem }]

describe('mcsim run --repeat', () => {
  let cwd: string
  const servers: Record<string, RunningTarget> = {}
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-repeat-'))
    for (const defect of ['none', 'last-line']) {
      const options = { host: '127.0.0.1', port: 0, statusPort: 0, settings: {}, defectRate: 1, seed: 1 }
      const server = await echoSystem.startTarget({ ...options, defects: defect === 'none' ? [] : [defect] })
      servers[defect] = server
      const scenario = {
        targets: { theirs: { system: 'echo', url: server.url } },
        groups: [{ name: 'all', system: 'echo', target: 'theirs', clients: 3 }],
      }
      await writeFile(join(cwd, `${defect}.yaml`), JSON.stringify(scenario))
    }
  })
  afterAll(async () => {
    for (const server of Object.values(servers)) await server.stop()
    await rm(cwd, { recursive: true })
  })

  async function run(...argv: string[]) {
    const io = createMemoryIo({ cwd, commandLine: `mcsim ${argv.join(' ')}` })
    const exitCode = await main(['run', ...argv, '--threads', '0'], io, systems)
    return { exitCode, out: io.out(), err: io.err() }
  }
  const readReport = async <T>(...path: string[]) => JSON.parse(await readFile(join(cwd, ...path), 'utf8')) as T

  it('runs as often, each time with another seed and in a folder of its own, and sums up', async () => {
    const { exitCode, out } = await run('none.yaml', '--repeat', '3', '--fresh-target', '--out', 'three', '--json')
    const report = JSON.parse(out) as RepeatReport
    expect(exitCode).toBe(0)
    expect(report).toMatchObject({ asked: 3, green: 3, red: 0, inconclusive: 0, exitCode: 0 })
    expect(report.inference.leakBelow).toBeCloseTo(0.632, 3)
    expect((await readdir(join(cwd, 'three'))).sort()).toEqual(['repeat.json', 'run-001', 'run-002', 'run-003'])
    expect(await readReport('three', 'repeat.json')).toEqual(report)
    for (const { folder, seed, runId } of report.runs) {
      const one = await readReport<RunReport>('three', folder, 'report.json')
      expect(one).toMatchObject({ seed, runId })
      expect(one.replay).toContain(`--seed ${seed} --run-id ${runId}`)
      expect(one.replay).not.toMatch(/repeat|fresh/)
    }
    expect(new Set(report.runs.map(({ seed }) => seed)).size).toBe(3)
  })

  it('infers nothing of a foreign target that nobody started afresh, and says why', async () => {
    const { exitCode, out, err } = await run('none.yaml', '--repeat', '2')
    expect(exitCode).toBe(0)
    expect(out).toContain('2 green, 0 red, 0 inconclusive of 2 runs')
    expect(out).toContain('nobody said that theirs was (--fresh-target, --restart-command)')
    expect(err).toContain('run 2 of 2, seed')
  })

  it('is red when one run is, and infers nothing', async () => {
    const { exitCode, out } = await run('last-line.yaml', '--repeat', '2', '--fresh-target')
    expect(exitCode).toBe(1)
    expect(out).toContain('0 green, 2 red')
    expect(out).toContain('not all runs are green')
  })

  it('restarts the target before each run with the command that it is given', async () => {
    const { exitCode, out } = await run('none.yaml', '--repeat', '2', '--restart-command', 'echo up >> starts')
    expect(exitCode).toBe(0)
    expect(out).toContain('below 78 %')
    expect(await readFile(join(cwd, 'starts'), 'utf8')).toBe('up\nup\n')
  })

  it.each([
    [['--repeat', '2', '--restart-command', 'exit 3'], 'ended with exit code 3'],
    [['--fresh-target'], 'concerns repeated runs only'],
    [['--repeat', '0'], 'whole number from 1'],
  ])('refuses %j', async (options, told) => {
    const { exitCode, err } = await run('none.yaml', ...options)
    expect(exitCode).toBe(2)
    expect(err).toContain(told)
  })
})
