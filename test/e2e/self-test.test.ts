import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { SelfTestReport } from '../../src/core/self-test.ts'
import { createMemoryIo } from '../support/memory-io.ts'
import { runBin } from '../support/run-bin.ts'

describe('mcsim self-test', () => {
  let cwd: string
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-self-test-'))
  })
  afterEach(() => rm(cwd, { recursive: true }))

  async function selfTest(...options: string[]) {
    const io = createMemoryIo({ cwd })
    const exitCode = await main(['self-test', '--jobs', '0', ...options], io)
    return { exitCode, out: io.out(), err: io.err() }
  }

  it('finds defects in threads of their own, says who was blamed and how long it took, and leaves nothing behind', async () => {
    const args = ['self-test', '--system', 'devices', '--defect', 'global-decision,truncated-id', '--seeds', '1']
    const { exitCode, stdout, stderr } = await runBin([...args, '--jobs', '2', '--json'], cwd)
    expect(exitCode, stdout + stderr).toBe(0)
    const report = JSON.parse(stdout) as SelfTestReport
    expect(report).toMatchObject({ schema: 'mcsim-self-test/1', problems: [], rates: { blame: { hits: 2, of: 2 } } })
    expect(report.rows.map(({ title }) => title)).toEqual(['global-decision', 'truncated-id'])
    for (const { medianFirstMs } of report.rows) expect(medianFirstMs).toBeGreaterThan(0)
    expect(await readdir(join(cwd, 'reports'))).toEqual([])
    expect(stderr).toMatch(/2\/2 devices .*found after/)
  })

  it('is red where a defect does not show, and keeps the run', async () => {
    const args = ['--system', 'gateway', '--defect', 'shared-menu', '--seeds', '1', '--quiet', '--out', 'kept']
    const { exitCode, out } = await selfTest(...args, '--defect-rate', '0')
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/shared-menu in 0 % +0\/1/)])
    expect(await readdir(cwd)).toEqual([])
    const pair = await selfTest(
      '--system',
      'gateway',
      '--defect',
      'lost-chunk,shared-menu',
      '--pairs',
      '1',
      ...args.slice(4),
    )
    expect(pair.exitCode, pair.out).toBe(1)
    expect(pair.out).toContain('gateway with shared-menu + lost-chunk, seed 1: missed shared-menu')
    expect(await readdir(join(cwd, 'kept'))).toEqual(['gateway-pair-shared-menu+lost-chunk-seed-1'])
  })

  it('refuses names that there are not, and says which there are', async () => {
    const system = await selfTest('--system', 'gatewai')
    expect([system.exitCode, system.err]).toEqual([2, expect.stringMatching(/"gatewai"[\s\S]*gateway, devices/)])
    const defect = await selfTest('--system', 'devices', '--defect', 'shared-menu')
    expect([defect.exitCode, defect.err]).toEqual([2, expect.stringMatching(/"shared-menu"[\s\S]*global-decision/)])
    const rate = await selfTest('--defect-rate', '0.1,2')
    expect([rate.exitCode, rate.err]).toEqual([2, expect.stringContaining('from 0 to 1')])
  })
})
