import type { Group } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import type { ReportProblem } from './report-problem.ts'

/** Two clients with one identity are one to their server, and what the one gets of the other would pass for a leak. */
export function checkIdentities(groups: readonly Group[], systems: readonly System[], report: ReportProblem): void {
  const firsts = new Map<string, string>()
  for (const [i, { name, target, system, params }] of groups.entries()) {
    const fixed = systems.find((candidate) => candidate.name === system)?.fixedIdentities?.(params) ?? []
    for (const { identity, path } of fixed) {
      const key = JSON.stringify([target, identity])
      const first = firsts.get(key)
      if (first === undefined || first === name) firsts.set(key, name)
      else {
        const message = `a client of group "${first}" has the identity "${identity}" at the same target already`
        const hint = 'give each client an identity of its own: two with one are one client to the server'
        report({ path: ['groups', i, 'params', ...path], message, hint })
      }
    }
  }
}
