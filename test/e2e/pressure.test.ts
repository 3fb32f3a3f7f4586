import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunReport } from '../../src/core/report.ts'
import { runBin } from '../support/run-bin.ts'

const pressed = `
targets:
  gateway: { system: gateway }
groups:
  - { name: uploaders, system: gateway, target: gateway, clients: 3, params: { rows: 300 } }
pressure:
  - { target: gateway, endpoint: status, path: /stats, connections: 4 }
  - { url: "http://127.0.0.1:1/", connections: 1 }
`

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcsim-pressure-'))
  await writeFile(join(cwd, 'pressed.yaml'), pressed)
  // Results that went elsewhere are not awaited for long.
  await writeFile(join(cwd, 'leaking.yaml'), pressed.replace('rows: 300', 'rows: 300, resultsIdleLimit: 1s'))
})
afterAll(() => rm(cwd, { recursive: true }))

describe('a scenario with pressure', () => {
  it('is judged as ever, and tells what the load did apart from its clients', async () => {
    const { exitCode, stdout, stderr } = await runBin(['run', 'pressed.yaml', '--json', '--out', 'pressed'], cwd)
    expect(exitCode, stderr).toBe(0)
    const report = JSON.parse(stdout) as RunReport
    expect(report.verdict).toBe('pass')
    expect(report.invariants.find(({ name }) => name === 'ownership')?.examined).toBeGreaterThan(0)
    const [load, refused] = report.pressure
    expect(load?.url).toMatch(/^http:.*\/stats$/)
    expect(load?.answered).toBeGreaterThan(20)
    expect(load).toMatchObject({ connections: 4, non2xx: 0, latency: { n: load?.answered } })
    expect(report.notObserved.join()).toContain(`${load?.bytes} bytes that the pressure on`)
    expect(refused?.failure).toContain('ECONNREFUSED')
    expect(report.warnings.join()).toContain('ECONNREFUSED')
    expect(report.operations.every(({ group }) => group === 'uploaders')).toBe(true)
  })

  it('finds a leak under it', async () => {
    const args = ['run', 'leaking.yaml', '--defect', 'misrouted-results', '--out', 'leaking']
    const { exitCode, stdout } = await runBin(args, cwd)
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/✗ {2}ownership/)
    expect(stdout).toMatch(/GET http:\S+\/stats +4/)
  })
})
