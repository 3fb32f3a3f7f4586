import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { Cause, Proof } from '../../src/core/check.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import type { Defect, System } from '../../src/core/system.ts'
import { createMemoryIo } from './memory-io.ts'

/** How many seeds a reference server without a defect is run with. */
export const cleanSeeds = Array.from({ length: process.env['MCSIM_LONG'] ? 60 : 3 }, (_, seed) => seed)

/** Who is to blame where that can be known, and how sure the proof is. */
export interface Blame {
  readonly proof: Proof
  readonly on: 'another' | 'itself'
}

type RunScenario = (name: string, scenario: JsonObject, ...options: string[]) => Promise<RunReport>

export interface DefectTests {
  readonly run: RunScenario
  /** What provokes the defect is in the argument, beside its name. */
  readonly createScenario: (given: JsonObject & { readonly defect: string }) => JsonObject
  /** The scenario's first groups, whose clients have data. */
  readonly active: readonly string[]
  /** By name of the defect. */
  readonly blame: Readonly<Record<string, Blame>>
}

/** Runs scenarios in a temporary folder of the describe block that calls this, each with its servers as own processes. */
export function useMatrixFolder() {
  let cwd: string
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-matrix-'))
  })
  afterAll(() => rm(cwd, { recursive: true }))

  const run: RunScenario = async (name, scenario, ...options) => {
    const file = `${name}.yaml`
    await writeFile(join(cwd, file), JSON.stringify(scenario))
    const io = createMemoryIo({ cwd })
    // In this process, which has loaded all code: of some two hundred runs the start alone would take minutes.
    await main(['run', file, '--json', '--quiet', '--strict', '--threads', '0', '--out', name, ...options], io)
    expect(io.out(), io.err()).not.toBe('')
    return JSON.parse(io.out()) as RunReport
  }
  return run
}

/** Each defect of a system as a test of its own. */
export function testDefects({ defects }: Pick<System, 'defects'>, { run, createScenario, active, blame }: DefectTests) {
  it.each(defects)('with $name breaks what it must, and nothing that it need not', async (defect) => {
    const { name, provoke = {} } = defect
    const report = await run(name, createScenario({ ...provoke, defect: name }))
    expectBroken(defect, report)
    expectBlame(report, active, blame[name])
  })
}

/** All that the defect must turn red is red, and nothing besides what it may. */
function expectBroken({ mustRed, mayRed }: Defect, report: RunReport): void {
  expect(report.exitCode).toBe(1)
  const red = report.invariants.filter(({ violations }) => violations > 0).map(({ name }) => name)
  expect(red).toEqual(expect.arrayContaining([...mustRed]))
  expect([...mustRed, ...mayRed]).toEqual(expect.arrayContaining(red))
}

export function expectFaultless({ findings, reasons, verdict }: RunReport): void {
  expect(findings).toEqual([])
  expect(reasons).toEqual([])
  expect(verdict).toBe('pass')
}

/** Only clients of these groups, the scenario's first ones, can be the owners of what went astray. */
function expectBlame({ findings, groups }: RunReport, active: readonly string[], expected: Blame | undefined): void {
  const planned = groups.reduce((sum, group) => sum + (active.includes(group.name) ? group.planned : 0), 0)
  for (const owner of findings.flatMap(({ owners }) => owners)) expect(owner).toBeLessThan(planned)
  if (!expected) return
  const causes = findings
    .flatMap(({ violation, examples }) => [violation, ...examples])
    // What a client receives of its own earlier uploads has no other owner.
    .filter((violation) => violation.cause?.proof === expected.proof && violation.class !== 'stale-epoch')
    .map(({ cause, recipient }) => ({ clients: (cause as Cause).clients as readonly number[], recipient }))
  expect(causes).not.toEqual([])
  for (const { clients, recipient } of causes) {
    if (expected.on === 'itself') expect(clients).toEqual([recipient])
    else expect(clients).not.toContain(recipient)
  }
}
