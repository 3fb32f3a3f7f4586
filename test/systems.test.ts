import { describe, expect, it } from 'vitest'
import { main } from '../src/cli/main.ts'
import { commonInvariants } from '../src/core/common-invariants.ts'
import { faultSteps } from '../src/core/fault.ts'
import { loadSystems, systemEntries } from '../src/systems/index.ts'
import { createMemoryIo } from './support/memory-io.ts'

async function help(...path: readonly string[]): Promise<string> {
  const io = createMemoryIo()
  expect(await main([...path, '--help'], io), io.err()).toBe(0)
  return io.out()
}

/** What no server can break, because it is about the user's own files. */
const ofTheUser = ['dataset-readable']

it.each(commonInvariants)('a defect of some system must break $name', async ({ name }) => {
  const systems = await loadSystems()
  expect(systems.flatMap(({ defects }) => defects.flatMap(({ mustRed }) => mustRed))).toContain(name)
})

describe.each(systemEntries)('the system $name', ({ name, summary, load }) => {
  it('calls itself what the list calls it', async () => {
    const system = await load()
    expect([system.name, system.summary]).toEqual([name, summary])
  })

  it('has settings and parameters that need not be stated', async () => {
    const { params, settings } = await load()
    expect(params.parse({})).toHaveProperty('value')
    expect(settings.parse({})).toHaveProperty('value')
  })

  it('has numbers among its parameters that say how much a client does', async () => {
    const { params, sizes = [] } = await load()
    const parsed = params.parse({}) as { value: Record<string, unknown> }
    expect(sizes.length).toBeGreaterThan(0)
    for (const size of sizes) expect(parsed.value[size]).toBeTypeOf('number')
  })

  it('has defects and invariants that fit together', async () => {
    const { defects, invariants } = await load()
    const common = commonInvariants.map((invariant) => invariant.name)
    const known = [...invariants.map((invariant) => invariant.name), ...common]
    for (const { mustRed, mayRed } of defects) {
      expect(mustRed.length).toBeGreaterThan(0)
      expect(known).toEqual(expect.arrayContaining([...mustRed, ...mayRed]))
    }
    for (const { name: ofOne } of [...defects, ...invariants]) expect(ofOne).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(new Set(known).size).toBe(known.length)
    expect(new Set(defects.map((defect) => defect.name)).size).toBe(defects.length)
  })

  it('has a defect for every invariant that a server can break', async () => {
    const { defects, invariants } = await load()
    const broken = new Set(defects.flatMap(({ mustRed }) => mustRed))
    const unbroken = invariants.map((invariant) => invariant.name).filter((invariant) => !broken.has(invariant))
    expect(unbroken.filter((invariant) => !ofTheUser.includes(invariant))).toEqual([])
  })

  it('has clients that can take one step of the faults after the other', async () => {
    const system = await load()
    const parsed = system.params.parse({})
    const defaults = 'value' in parsed ? parsed.value : undefined
    const able = faultSteps.filter((step) => typeof system.takeStep?.(step, defaults) === 'object')
    expect(able).not.toEqual([])
    for (const first of able) {
      for (const second of able) {
        expect(system.takeStep?.(second, system.takeStep(first, defaults)), `${first}, ${second}`).toBeTypeOf('object')
      }
    }
  })

  it('has a reference server and commands that explain themselves', async () => {
    expect(await help('serve', name)).toContain('--defect')
    for (const { path, examples } of (await load()).commands) {
      const shown = await help(...path)
      for (const example of examples) expect(shown).toContain(example)
    }
  })
})
