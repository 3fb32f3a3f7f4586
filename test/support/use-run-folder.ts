import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import { createMemoryIo } from './memory-io.ts'

type RunScenario = (name: string, scenario: JsonObject, ...options: string[]) => Promise<RunReport>

/** Runs scenarios in a temporary folder of the describe block that calls this, each with its servers as own processes. */
export function useRunFolder(): RunScenario {
  let cwd: string
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-runs-'))
  })
  afterAll(() => rm(cwd, { recursive: true }))

  return async (name, scenario, ...options) => {
    const file = `${name}.yaml`
    await writeFile(join(cwd, file), JSON.stringify(scenario))
    const io = createMemoryIo({ cwd })
    // In this process, which has loaded all code: of some two hundred runs the start alone would take minutes.
    await main(['run', file, '--json', '--quiet', '--strict', '--threads', '0', '--out', name, ...options], io)
    expect(io.out(), io.err()).not.toBe('')
    return JSON.parse(io.out()) as RunReport
  }
}

export function expectFaultless({ findings, reasons, verdict }: RunReport): void {
  expect(findings).toEqual([])
  expect(reasons).toEqual([])
  expect(verdict).toBe('pass')
}
