import type { Group, Scenario } from '../core/scenario.ts'

export const groupsByName = ({ groups }: Scenario): ReadonlyMap<string, Group> =>
  new Map(groups.map((group) => [group.name, group]))
