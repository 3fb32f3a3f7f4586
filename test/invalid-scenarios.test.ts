import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { main } from '../src/cli/main.ts'
import { fakeSystem } from './support/fake-system.ts'
import { createMemoryIo } from './support/memory-io.ts'

const folder = fileURLToPath(new URL('../fixtures/invalid/', import.meta.url))
const systems = [{ name: fakeSystem.name, summary: fakeSystem.summary, load: async () => fakeSystem }]
const entries = readdirSync(folder)
const scenarios = entries.filter((name) => name.endsWith('.yaml'))

it('every wrong scenario has its expected text, and there are some', () => {
  const expected = scenarios.map((name) => name.replace('.yaml', '.expected.txt'))
  expect(entries.filter((name) => name.endsWith('.expected.txt')).sort()).toEqual(expected.sort())
  expect(scenarios.length).toBeGreaterThan(20)
})

it.each(scenarios)('%s is refused with all its mistakes told', async (name) => {
  const io = createMemoryIo({ cwd: folder })
  expect(await main(['validate', name], io, systems)).toBe(2)
  expect(io.out()).toBe('')
  await expect(io.err()).toMatchFileSnapshot(`${folder}${name.replace('.yaml', '.expected.txt')}`)
})

it('mistakes are told in the order of the file', () => {
  for (const name of scenarios) {
    const expected = readFileSync(`${folder}${name.replace('.yaml', '.expected.txt')}`, 'utf8')
    const lines = [...expected.matchAll(/^[\w-]+\.yaml:(\d+):\d+ /gm)].map(([, line]) => Number(line))
    expect(lines.length).toBeGreaterThan(0)
    expect(lines).toEqual(lines.toSorted((a, b) => a - b))
  }
})
