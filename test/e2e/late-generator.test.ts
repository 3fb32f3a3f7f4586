import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { useRunFolder } from '../support/use-run-folder.ts'

/** What each system's clients do is at its most sensitive to time: all that can be declared dependable is. */
const groups: Readonly<Record<string, JsonObject>> = {
  gateway: {
    load: { model: 'closed', clients: 2 },
    params: { rows: 20, batchRows: 500, dependable: true },
  },
  devices: {
    load: { model: 'closed', clients: 8 },
    params: { rounds: 8, thinkTime: '20ms', reRegisterEvery: 5, dependable: true },
  },
  replay: {
    load: { model: 'closed', clients: 6, arriveOver: '200ms' },
    params: { acts: 2, watch: '150ms', period: '25ms', settle: '500ms', catchUp: '300ms', dependable: true },
  },
  instruments: {
    load: { model: 'closed', clients: 6 },
    params: { files: 2, fileInterval: '50ms', leaveShare: 0.5, grace: '300ms', away: '50ms', requestLimit: '3s' },
  },
}

const settings: Readonly<Record<string, JsonObject>> = {
  replay: { period: '25ms' },
  instruments: { grace: '300ms', pingInterval: '2s', pingTimeout: '4s' },
}

/** The generator stands still for so long, so often. */
const haltMs = 300
const everyMs = 450

describe('a generator that is late again and again', () => {
  const run = useRunFolder()
  let timer: NodeJS.Timeout
  beforeEach(() => {
    timer = setInterval(() => {
      const until = performance.now() + haltMs
      while (performance.now() < until);
    }, everyMs)
  })
  afterEach(() => clearInterval(timer))

  it('never blames a server', async () => {
    const systems = Object.keys(groups)
    const report = await run('late', {
      name: 'late',
      maxDuration: '60s',
      targets: Object.fromEntries(systems.map((system) => [system, { system, settings: settings[system] ?? {} }])),
      groups: systems.map((system) => ({ name: system, system, target: system, ...groups[system] })),
    })
    expect(report.findings).toEqual([])
    expect(report.timing.trusted).toBe(false)
    expect(report.notObserved.join()).toContain('session-gone, as far as it judges by times')
  })
})
