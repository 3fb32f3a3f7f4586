import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { instruments } from '../../src/systems/instruments/index.ts'
import { type Blame, cleanSeeds, expectFaultless, testDefects, useMatrixFolder } from '../support/defect-matrix.ts'

/** Names of files and users are markers; where they collide, heights tell whose a figure is. */
const blame: Readonly<Record<string, Blame>> = {
  'broadcast-to-all-viewers': { proof: 'marker', on: 'another' },
  'acks-to-last-agent': { proof: 'marker', on: 'another' },
  'global-current-agent': { proof: 'marker', on: 'another' },
  'export-global-session': { proof: 'signature', on: 'another' },
  'same-filename-overwrites': { proof: 'signature', on: 'another' },
  'preview-to-wrong-viewer': { proof: 'marker', on: 'another' },
  'join-after-leave': { proof: 'marker', on: 'another' },
  'context-across-await': { proof: 'marker', on: 'another' },
  'rare-misroute': { proof: 'marker', on: 'another' },
}

describe('the reference server for instruments', () => {
  const run = useMatrixFolder()

  testDefects(instruments, { run, createScenario, active: ['pairs'], blame })

  it.each(cleanSeeds)('without a defect is found faultless with seed %i', async (seed) => {
    const scenario = createScenario({ params: everyDisturbance, load: { iterations: 2 }, lateWitness: true })
    expectFaultless(await run(`clean-${seed}`, scenario, '--seed', String(seed)))
  })

  it.each(['cv', 'frequency-map'])('is found faultless with %s over polling, however clients disturb', async (mode) => {
    const params = { ...everyDisturbance, mode, transport: 'mixed', viewers: 2, electrodes: 2, cohort: 'colliding' }
    expectFaultless(await run(`clean-${mode}`, createScenario({ params: { ...params, previewShare: 0.5 } })))
  })

  it('is found faultless after it broke down and came back', async () => {
    const params = { ...everyDisturbance, longLeaveShare: 0, silentShare: 0, fileInterval: '20ms' }
    const load = { iterations: 3, clients: 6 }
    expectFaultless(await run('clean-restart', createScenario({ params, load, settings: { restartAfter: '400ms' } })))
  })

  it('has a defect for every invariant of its own, that it must break', () => {
    const broken = new Set(instruments.defects.flatMap(({ mustRed }) => mustRed))
    expect(instruments.invariants.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([])
  })
})

const everyDisturbance = {
  leaveShare: 0.1,
  longLeaveShare: 0.2,
  silentShare: 0.2,
  rivalShare: 0.5,
  namelessShare: 0.5,
  invalidShare: 0.2,
  vanishShare: 0.5,
  answerLimit: '5s',
}

interface MatrixScenario {
  readonly defect?: string
  readonly settings?: JsonObject
  readonly params?: JsonObject
  readonly load?: JsonObject
  /** One more witness, that comes after them all. */
  readonly lateWitness?: boolean
}

/** Pairs at once, viewers whose user has no agent, and one witness beside them. */
function createScenario({ defect, settings, params, load, lateWitness = false }: MatrixScenario): JsonObject {
  const common = { system: 'instruments', target: 'instruments' }
  const times = { grace: '300ms', away: '50ms', settleTime: '300ms', refusalTime: '500ms', requestLimit: '2s' }
  const timing = { grace: '300ms', pingInterval: '200ms', pingTimeout: '400ms' }
  const target = {
    system: 'instruments',
    settings: { ...timing, ...settings },
    ...(defect !== undefined && { defect }),
  }
  return {
    name: 'matrix',
    maxDuration: '60s',
    targets: { instruments: target },
    groups: [
      { ...common, name: 'pairs', load: { model: 'closed', clients: 8, ...load }, params: { ...times, ...params } },
      { ...common, name: 'alone', clients: 2, params: { ...times, agent: false, linger: '200ms' } },
      { ...common, name: 'witness', clients: 1, witness: 'during' },
      ...(lateWitness ? [{ ...common, name: 'late-witness', clients: 1, witness: 'after' }] : []),
    ],
  }
}
