import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseParams } from '../../../../test/support/gateway/parse-params.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { gateway } from '../index.ts'

const arrival = { client: 0 as ClientIndex, group: 'g', indexInGroup: 0, seed: 1, scheduledAtMs: 0 }
// With a data folder, for then every invariant applies.
const judged = [
  ...gateway
    .createCheckers({ runId: 'run', arrival, params: parseParams({ dataFolder: 'data' }) })
    .map(({ invariant }) => invariant),
  ...(gateway.inspectTarget?.({ sessions: 0 }, { sessions: 0 }, []) ?? []).map(({ invariant }) => invariant),
]

describe('the invariants of the gateway', () => {
  it.each(gateway.invariants.map((invariant) => [invariant.name, invariant] as const))(
    '%s is judged by exactly one checker, and says what holds in one sentence',
    (name, invariant) => {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(judged.filter((one) => one === invariant)).toHaveLength(1)
      expect(invariant.sentence).toMatch(/^[A-Z].*[a-z]\.$/)
    },
  )

  it('are all declared', () => {
    expect(judged.filter((one) => !gateway.invariants.includes(one))).toEqual([])
    expect(new Set(gateway.invariants.map(({ name }) => name)).size).toBe(gateway.invariants.length)
  })

  it('are in the README, and so are the defects', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    for (const { name, kind } of gateway.invariants) expect(readme).toMatch(new RegExp(`\`${name}\` +\\| ${kind} +\\|`))
    for (const { name } of gateway.defects) expect(readme).toContain(`\`${name}\``)
  })
})
