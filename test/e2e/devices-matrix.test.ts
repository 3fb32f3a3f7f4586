import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { devices } from '../../src/systems/devices/index.ts'
import { type Blame, cleanSeeds, expectFaultless, testDefects, useMatrixFolder } from '../support/defect-matrix.ts'

/** Decisions carry no marker: whose they are shows in where they tell a device to stop, or in the ids that come with them. */
const blame: Readonly<Record<string, Blame>> = {
  'global-decision': { proof: 'suspected', on: 'another' },
  'context-across-await': { proof: 'suspected', on: 'another' },
  'reply-shift': { proof: 'suspected', on: 'another' },
  'shared-input-file': { proof: 'signature', on: 'another' },
  'truncated-id': { proof: 'signature', on: 'another' },
}

describe('the reference server for devices', () => {
  const run = useMatrixFolder()

  testDefects(devices, { run, createScenario, active: ['devices'], blame })

  it.each(cleanSeeds)('without a defect is found faultless with seed %i', async (seed) => {
    const report = await run(`clean-${seed}`, createScenario({ params: everyDisturbance }), '--seed', String(seed))
    expectFaultless(report)
  })

  it('has a defect for every invariant of its own, that it must break', () => {
    const broken = new Set(devices.defects.flatMap(({ mustRed }) => mustRed))
    expect(devices.invariants.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([])
  })
})

const everyDisturbance = {
  forgeShare: 0.5,
  malformedShare: 0.25,
  cancelShare: 0.1,
  repeatShare: 0.2,
  clockSkewShare: 0.25,
  loseServerAt: 3,
}

interface MatrixScenario {
  readonly defect?: string
  readonly settings?: JsonObject
  readonly params?: JsonObject
  readonly load?: JsonObject
}

/** Devices at once, one witness beside them, and one that comes after them. */
function createScenario({ defect, settings, params, load }: MatrixScenario): JsonObject {
  const common = { system: 'devices', target: 'devices' }
  const living = { rounds: 12, thinkTime: '10ms', requestLimit: '500ms', reRegisterEvery: 5, dependable: true }
  return {
    name: 'matrix',
    maxDuration: '60s',
    targets: { devices: { system: 'devices', settings: settings ?? {}, ...(defect !== undefined && { defect }) } },
    groups: [
      {
        ...common,
        name: 'devices',
        load: { model: 'closed', clients: 12, ...load },
        params: { ...living, ...params },
      },
      { ...common, name: 'witness', clients: 1, witness: 'during' },
      { ...common, name: 'late-witness', clients: 1, witness: 'after' },
    ],
  }
}
