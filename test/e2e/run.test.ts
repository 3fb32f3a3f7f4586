import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunReport } from '../../src/core/report.ts'
import { findSharedRabbitmq } from '../support/rabbitmq.ts'
import { runBin, startBin } from '../support/run-bin.ts'

const amqpUrl = await findSharedRabbitmq()
const mainScenario = join(import.meta.dirname, '../../scenarios/gateway.yaml')

describe('mcsim run', () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-e2e-'))
    await writeFile(join(cwd, 'long.yaml'), longScenario)
  })
  afterAll(() => rm(cwd, { recursive: true }))

  const readReport = async (dir: string) =>
    JSON.parse(await readFile(join(cwd, dir, 'report.json'), 'utf8')) as RunReport

  it('runs the main job with no set-up, passes, and leaves report and history', async () => {
    const { exitCode, stdout, stderr } = await runBin(['run', mainScenario, '--out', 'main'], cwd)
    expect(stdout, stderr).toMatch(/^PASS/)
    expect(exitCode).toBe(0)
    expect((await readdir(join(cwd, 'main'))).sort()).toEqual([
      'history-0.bin',
      'report.json',
      'run.json',
      'target-gateway.log',
    ])
    const report = await readReport('main')
    expect(report.groups.every(({ planned, finished }) => planned === finished)).toBe(true)
    expect(
      report.invariants.find(({ group, name }) => group === 'uploaders' && name === 'results-exact')?.examined,
    ).toBeGreaterThan(0)
  })

  it('gives the same data and the same judgement with two threads', async () => {
    const args = ['run', mainScenario, '--run-id', 'same', '--quiet', '--threads']
    const one = await runBin([...args, '1', '--out', 'one'], cwd)
    const two = await runBin([...args, '2', '--out', 'two'], cwd)
    expect([one.exitCode, two.exitCode], one.stdout + two.stdout).toEqual([0, 0])
    const [first, second] = [await readReport('one'), await readReport('two')]
    expect(second.environment.threads).toBe(2)
    // What does not hang on how the server cuts its answers into messages.
    const exact = ['answers-paired', 'ownership', 'results-exact', 'unaffected-by-neighbours']
    const pick = ({ invariants }: RunReport) => invariants.filter(({ name }) => exact.includes(name))
    expect(pick(first).length).toBeGreaterThan(exact.length)
    expect(pick(second)).toEqual(pick(first))
  })

  it.skipIf(amqpUrl === undefined)('runs the main job on RabbitMQ as well', async () => {
    const args = ['run', mainScenario, '--broker', amqpUrl as string, '--out', 'rabbitmq', '--quiet']
    const { exitCode, stdout } = await runBin(args, cwd)
    expect(stdout).toMatch(/^PASS/)
    expect(exitCode).toBe(0)
  })

  it('runs again what a run.json says, with the same data', async () => {
    const { exitCode, stdout } = await runBin(['run', 'one/run.json', '--json', '--quiet'], cwd)
    const [again, first] = [JSON.parse(stdout) as RunReport, await readReport('one')]
    expect([exitCode, again.runId, again.seed]).toEqual([0, first.runId, first.seed])
    expect(await readReport('reports/same-again')).toEqual(again)
    expect(again.groups).toEqual(first.groups)
  })

  it('prints the history of a run as one JSON document per event', async () => {
    const { exitCode, stdout } = await runBin(['history', 'main'], cwd)
    expect(exitCode).toBe(0)
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string })
    expect(new Set(events.map(({ type }) => type))).toContain('marks')
    expect(events.filter(({ type }) => type === 'arrived')).toHaveLength(16)
  })

  it('names owner, recipient and cause when the gateway leaks, and exits with 1', async () => {
    const args = ['run', mainScenario, '--out', 'leak', '--defect', 'misrouted-results', '--quiet']
    const { exitCode, stdout } = await runBin(args, cwd)
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^FAIL/)
    expect(stdout).toContain('(isolation, foreign)')
    expect(stdout).toMatch(/proof: marker/)
  })

  it('writes exactly one JSON document to stdout with --json', async () => {
    const { stdout } = await runBin(['gateway', '--clients', '2', '--rows', '50', '--json', '--out', 'json'], cwd)
    expect((JSON.parse(stdout) as RunReport).verdict).toBe('pass')
  })

  it('against a target that is not there says so and exits with 4', async () => {
    const args = ['gateway', '--clients', '2', '--target', 'tcp://127.0.0.1:1', '--out', 'absent']
    const { exitCode, stdout } = await runBin(args, cwd)
    expect(exitCode).toBe(4)
    expect(stdout).toContain('connect-refused')
    expect(stdout).toContain('no client could reach the target at tcp://127.0.0.1:1')
  })

  it('refuses a folder that exists, and a defect that no server knows', async () => {
    const again = await runBin(['run', mainScenario, '--out', 'main'], cwd)
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('exists already')])
    const unknown = await runBin(['run', mainScenario, '--out', 'unknown', '--defect', 'misrouted-resluts'], cwd)
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('misrouted-resluts')])
  })

  it('drains and reports at the first Ctrl-C', async () => {
    const { child, result } = startBin(['run', 'long.yaml', '--out', 'stopped'], cwd)
    child.stderr?.once('data', () => child.kill('SIGINT'))
    const { exitCode, stdout } = await result
    expect(stdout).toContain('stopped before its plan was done')
    expect(exitCode).toBe(5)
    expect((await readReport('stopped')).accounting.every(({ holds }) => holds)).toBe(true)
  })

  it('that is killed leaves a history that can be read and judged, and no orphaned server', async () => {
    const { child, result } = startBin(['run', 'long.yaml', '--out', 'killed', '--defect', 'misrouted-results'], cwd)
    await new Promise((resolve) => child.stderr?.once('data', resolve))
    const children = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'))
      .trim()
      .split(' ')
      .map(Number)
    expect(children).toEqual([expect.toSatisfy((pid: number) => pid > 1)])
    child.kill('SIGKILL')
    await result
    await vi.waitFor(async () => expect(await readState(children[0] as number)).not.toMatch(/[RSD]/), {
      timeout: 10_000,
    })
    const { exitCode, stderr } = await runBin(['history', 'killed'], cwd)
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('was cut after event')])
    const judged = await runBin(['check', 'killed'], cwd)
    expect(judged.stdout).toMatch(/^FAIL[\s\S]*isolation was violated[\s\S]*the run did not come to its end/)
    expect(judged.exitCode).toBe(1)
  })
})

/** The state letter of a process; Z or nothing when it has ended (its new parent may be slow to take note). */
async function readState(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return /\) (\w)/.exec(stat)?.[1] ?? ''
}

const longScenario = `
name: long
groups:
  - name: uploaders
    system: gateway
    load: { model: closed, clients: 2, iterations: 10000, thinkTime: 20ms }
    params: { rows: 100 }
`
