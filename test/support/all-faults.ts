import { networkFaults, simultaneousStart } from '../../src/core/fault.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { System } from '../../src/core/system.ts'

const span = '500ms..5s'

/** How often each strikes, so that in between something gets done. */
const rules: readonly JsonObject[] = networkFaults.map((kind) => ({
  kind,
  at: span,
  every: kind === 'reconnect-storm' ? '2s' : '1s',
  clients: kind === 'reconnect-storm' ? '50%' : '20%',
  ...(['half-close', 'slow-reader', 'silent-drop'].includes(kind) && { for: '300ms' }),
  ...(kind === 'slow-reader' && { bytesPerSecond: 2000 }),
}))

/** The clean trials of the systems at the same time, each client of which meets what it can of all faults. */
export function createAllFaults(systems: readonly System[], steps: readonly string[]): JsonObject {
  const trials = systems.map(({ name, trial }) => ({
    name,
    scenario: trial.createScenario({ load: { iterations: 3 } }),
  }))
  return {
    name: 'all-faults',
    maxDuration: '100s',
    targets: Object.assign({}, ...trials.map(({ scenario }) => scenario['targets'])),
    groups: trials.flatMap(({ name, scenario }) =>
      (scenario['groups'] as readonly JsonObject[]).map((group) => ({ ...group, name: `${name}-${group['name']}` })),
    ),
    faults: [
      ...rules,
      { kind: simultaneousStart, at: '1s', clients: '50%' },
      ...steps.map((kind) => ({ kind, clients: '25%' })),
    ],
  }
}
