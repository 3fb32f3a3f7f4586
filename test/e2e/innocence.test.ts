import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FaultRule, networkFaults } from '../../src/core/fault.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import type { System } from '../../src/core/system.ts'
import { runScenario } from '../../src/engine/run-scenario.ts'
import { createInnocentSystem, transports } from '../support/innocent-system.ts'
import { runOptions } from '../support/run-options.ts'

/* A generator that mixes up its own clients would find leaks everywhere, or hide them. */

const isLong = process.env['MCSIM_LONG'] !== undefined
const clients = isLong ? 1000 : 30
const seeds = Array.from({ length: isLong ? 60 : 1 }, (_, i) => i + 1)

/** Every kind, over and over, for as long as the run may take: on a busy machine clients stand late. */
const faults = networkFaults.map(
  (kind): FaultRule => ({
    kind,
    groups: ['innocents'],
    clients: { share: 0.3 },
    fromMs: 20,
    untilMs: 30_000,
    everyMs: 200,
    lastsMs: 100,
    bytesPerSecond: 2000,
  }),
)

const createScenario = (seed: number): Scenario => ({
  name: 'innocence',
  seed,
  targets: [{ name: 'one', system: 'innocent', settings: {}, defects: [], defectRate: 1 }],
  groups: [
    {
      name: 'innocents',
      system: 'innocent',
      target: 'one',
      load: { model: 'closed', clients, iterations: 6, thinkTimeMs: 60, arriveOverMs: 300, reconnect: false },
      startAfterMs: 0,
      witness: false,
      params: { lines: 5 },
    },
    {
      name: 'witness',
      system: 'innocent',
      target: 'one',
      load: { model: 'closed', clients: 1, iterations: 1, thinkTimeMs: 0, arriveOverMs: 0, reconnect: false },
      startAfterMs: 0,
      witness: 'during',
      params: { lines: 5 },
    },
  ],
  pressure: [],
  faults,
  floors: {},
  maxDurationMs: 60_000,
})

describe.each(transports)(`${clients} clients whose server sends each its own data alone, over %s`, (transport) => {
  let outDir: string
  beforeEach(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'mcsim-innocence-'))
  })
  afterEach(() => rm(outDir, { recursive: true }))

  it.each(seeds)('find nothing under all faults, with seed %i', async (seed) => {
    const system = createInnocentSystem(transport)
    const report = await runScenario(createScenario(seed), {
      runId: `innocence-${seed}`,
      outDir,
      systems: [system as System],
      launchTarget: () => system.startTarget({} as never),
      signal: new AbortController().signal,
      ...runOptions,
      strict: true,
      deepScan: 'always',
    })
    expect(report.findings).toEqual([])
    expect(report.bugs).toEqual([])
    const examined = (name: string) => report.invariants.find((one) => one.name === name)?.examined ?? 0
    expect(examined('ownership')).toBeGreaterThan(clients)
    expect(examined('own-line')).toBeGreaterThan(clients)
    // Of each kind some struck.
    expect(report.faults.map(({ kind }) => kind)).toEqual(networkFaults)
    for (const fault of report.faults) expect(fault.struck, fault.kind).toBeGreaterThan(0)
  })
})
