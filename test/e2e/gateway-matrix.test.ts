import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commonInvariants } from '../../src/check/common-checkers.ts'
import type { Cause, Proof } from '../../src/core/check.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import { gateway } from '../../src/systems/gateway/index.ts'
import { runBin } from '../support/run-bin.ts'

const uploaders = 6
const dialects = ['acknowledged', 'streamed', 'sequenced']
const seeds = process.env.MCSIM_LONG ? 60 : 3

/** What no server can break, because it is about the user's own files. */
const ofTheUser = ['dataset-readable']

/** Who is to blame where that can be known, and how sure the proof is. */
const blame: Readonly<Record<string, { readonly proof: Proof; readonly on: 'another' | 'itself' }>> = {
  'misrouted-results': { proof: 'marker', on: 'another' },
  'shared-connection': { proof: 'marker', on: 'another' },
  'shared-menu': { proof: 'marker', on: 'another' },
  'shared-aggregate': { proof: 'unique-difference', on: 'another' },
  'mixed-chunks': { proof: 'marker', on: 'another' },
  'disconnect-as-eof': { proof: 'marker', on: 'another' },
  'reused-session-id': { proof: 'marker', on: 'another' },
  'late-results-to-next-client': { proof: 'marker', on: 'another' },
  'duplicate-on-redelivery': { proof: 'unique-difference', on: 'itself' },
  'context-across-await': { proof: 'marker', on: 'another' },
  'buffer-bleed': { proof: 'marker', on: 'another' },
  'unscoped-dedup': { proof: 'unique-difference', on: 'itself' },
  'recycled-handle': { proof: 'signature', on: 'another' },
  'id-wraparound': { proof: 'marker', on: 'another' },
  'rare-misroute': { proof: 'marker', on: 'another' },
}

describe('the reference gateway', () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-matrix-'))
  })
  afterAll(() => rm(cwd, { recursive: true }))

  const run = async (name: string, scenario: JsonObject, ...options: string[]) => {
    const file = `${name}.yaml`
    await writeFile(join(cwd, file), JSON.stringify(scenario))
    const { stdout, stderr } = await runBin(
      ['run', file, '--json', '--quiet', '--strict', '--out', name, ...options],
      cwd,
    )
    expect(stdout, stderr).not.toBe('')
    return JSON.parse(stdout) as RunReport
  }

  it.each(gateway.defects)('with $name breaks what it must, and nothing that it need not', async (defect) => {
    const { name, mustRed, mayRed, provoke = {} } = defect
    const report = await run(name, createScenario({ ...provoke, defect: name }))
    expect(report.exitCode).toBe(1)
    const red = new Set(report.invariants.filter(({ violations }) => violations > 0).map((invariant) => invariant.name))
    expect([...red]).toEqual(expect.arrayContaining([...mustRed]))
    expect([...mustRed, ...mayRed]).toEqual(expect.arrayContaining([...red]))
    judgeBlame(name, report)
  })

  it.each(dialects.flatMap((dialect) => Array.from({ length: seeds }, (_, seed) => ({ dialect, seed }))))(
    'without a defect is found faultless in the $dialect dialect with seed $seed',
    async ({ dialect, seed }) => {
      const params = { settleTime: '300ms', leaveAt: 0.3, dependable: true }
      const scenario = createScenario({ dialect, params, load: { iterations: 2, reconnect: true } })
      const report = await run(`clean-${dialect}-${seed}`, scenario, '--seed', String(seed))
      expect(report.findings).toEqual([])
      expect(report.reasons).toEqual([])
      expect(report.verdict).toBe('pass')
    },
  )

  it('has a defect for every invariant of a server, that it must break', () => {
    const broken = new Set(gateway.defects.flatMap(({ mustRed }) => mustRed))
    const names = [...gateway.invariants, ...commonInvariants].map(({ name }) => name)
    expect([...broken].sort()).toEqual(names.filter((name) => !ofTheUser.includes(name)).sort())
  })
})

interface MatrixScenario {
  readonly defect?: string
  readonly dialect?: string
  readonly settings?: JsonObject
  readonly params?: JsonObject
  readonly load?: JsonObject
  readonly startAfter?: string
}

/** Uploaders at once, one witness beside them that comes last, and one that comes after them. */
function createScenario({ defect, dialect = 'acknowledged', settings, params, load, startAfter }: MatrixScenario) {
  const common = { system: 'gateway', target: 'gateway', params: { dialect } }
  const target = { system: 'gateway', settings: { dialect, ...settings } }
  const uploading = { ...common.params, rows: 600, batchRows: 100, resultsIdleLimit: '1s', ...params }
  const uploaderGroup = { ...common, name: 'uploaders', params: uploading, ...(startAfter && { startAfter }) }
  return {
    name: 'matrix',
    maxDuration: '60s',
    targets: { gateway: { ...target, ...(defect && { defect }) } },
    groups: [
      { ...uploaderGroup, load: { model: 'closed', clients: uploaders, ...load } },
      { ...common, name: 'witness', clients: 1, witness: 'during' },
      { ...common, name: 'late-witness', clients: 1, witness: 'after' },
    ],
  }
}

/** Only uploaders have data, so that only they can be the owners of what went astray. */
function judgeBlame(name: string, { findings, groups }: RunReport): void {
  const planned = groups.find((group) => group.name === 'uploaders')?.planned ?? 0
  for (const owner of findings.flatMap(({ owners }) => owners)) expect(owner).toBeLessThan(planned)
  const expected = blame[name]
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
