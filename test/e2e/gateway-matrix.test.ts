import { describe, expect, it } from 'vitest'
import { commonInvariants } from '../../src/check/common-checkers.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { gateway } from '../../src/systems/gateway/index.ts'
import { type Blame, cleanSeeds, expectFaultless, testDefects, useMatrixFolder } from '../support/defect-matrix.ts'

const uploaders = 6
const dialects = ['acknowledged', 'streamed', 'sequenced']

/** What no server can break, because it is about the user's own files. */
const ofTheUser = ['dataset-readable']

const blame: Readonly<Record<string, Blame>> = {
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
  const run = useMatrixFolder()

  testDefects(gateway, { run, createScenario, active: ['uploaders'], blame })

  it.each(dialects.flatMap((dialect) => cleanSeeds.map((seed) => ({ dialect, seed }))))(
    'without a defect is found faultless in the $dialect dialect with seed $seed',
    async ({ dialect, seed }) => {
      const params = { settleTime: '300ms', leaveAt: 0.3, dependable: true }
      const scenario = createScenario({ dialect, params, load: { iterations: 2, reconnect: true } })
      const report = await run(`clean-${dialect}-${seed}`, scenario, '--seed', String(seed))
      expectFaultless(report)
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
