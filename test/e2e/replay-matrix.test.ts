import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { replay } from '../../src/systems/replay/index.ts'
import { type Blame, cleanSeeds, expectFaultless, testDefects, useMatrixFolder } from '../support/defect-matrix.ts'

/** A server's ids tell whose they are; of what a neighbour did, its own way of doing it, or at least the time. */
const blame: Readonly<Record<string, Blame>> = {
  'global-controller': { proof: 'suspected', on: 'another' },
  'global-mode': { proof: 'suspected', on: 'another' },
  'broadcast-stream': { proof: 'signature', on: 'another' },
  'shared-buffer': { proof: 'signature', on: 'another' },
  'shared-simulation': { proof: 'unique-difference', on: 'another' },
  'listing-leaks-ids': { proof: 'signature', on: 'another' },
  'cache-without-identity': { proof: 'signature', on: 'another' },
  'context-across-await': { proof: 'signature', on: 'another' },
  'recycled-handle': { proof: 'signature', on: 'another' },
  'rare-misroute': { proof: 'signature', on: 'another' },
}

describe('the reference server for replays', () => {
  const run = useMatrixFolder()

  testDefects(replay, { run, createScenario, active: ['viewers', 'legacy'], blame })

  it.each(cleanSeeds)('without a defect is found faultless with seed %i', async (seed) => {
    expectFaultless(await run(`clean-${seed}`, createScenario({}), '--seed', String(seed)))
  })

  it.each(cleanSeeds)('without a defect is found faultless in the dialect session-first with seed %i', async (seed) => {
    const scenario = createScenario({ params: { dialect: 'session-first' } })
    expectFaultless(await run(`first-${seed}`, scenario, '--seed', String(seed)))
  })

  it('has a defect for every invariant of its own, that it must break', () => {
    const broken = new Set(replay.defects.flatMap(({ mustRed }) => mustRed))
    expect(replay.invariants.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([])
  })
})

interface MatrixScenario {
  readonly defect?: string
  readonly settings?: JsonObject
  readonly params?: JsonObject
  readonly load?: JsonObject
}

/** Ten times as fast as people and their markets are. */
const living = { acts: 8, watch: '80ms', period: '25ms', settle: '500ms', catchUp: '300ms', dependable: true }
const market = { period: '25ms' }

/** Viewers at once, two more that share the session of those who name none, and witnesses beside them and after them. */
function createScenario({ defect, settings, params, load }: MatrixScenario): JsonObject {
  const common = { system: 'replay', target: 'replay' }
  const own = { ...living, ...params }
  return {
    name: 'matrix',
    maxDuration: '60s',
    targets: {
      replay: { system: 'replay', settings: { ...market, ...settings }, ...(defect !== undefined && { defect }) },
    },
    groups: [
      { ...common, name: 'viewers', load: { model: 'closed', clients: 8, arriveOver: '200ms', ...load }, params: own },
      { ...common, name: 'legacy', clients: 2, params: { ...own, session: 'shared' } },
      { ...common, name: 'witness', clients: 1, witness: 'during', params: own },
      { ...common, name: 'late-witness', clients: 1, witness: 'after', params: own },
    ],
  }
}
