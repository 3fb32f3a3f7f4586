import type { Scenario } from '../../core/scenario.ts'
import type { System } from '../../core/system.ts'

/** The scenario, with all in the history that transcripts are made of. */
export function prepareForTranscripts(scenario: Scenario, systems: readonly System[]): Scenario {
  const groups = scenario.groups.map((group) => {
    const prepare = systems.find(({ name }) => name === group.system)?.transcript?.prepare
    return prepare && !group.witness ? { ...group, params: prepare(group.params) } : group
  })
  return { ...scenario, groups }
}
