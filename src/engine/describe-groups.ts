import type { Plan } from '../core/plan.ts'
import type { GroupReport } from '../core/report.ts'
import type { ClientMetrics } from '../metrics/observe-clients.ts'

/** What became of the clients of each group, in the scenario's order. */
export function describeGroups(plan: Plan, metrics: readonly ClientMetrics[]): GroupReport[] {
  return plan.scenario.groups.map(({ name, system, target }) => {
    const planned = plan.arrivals().filter((arrival) => arrival.group === name).length
    const counts = metrics.find(({ group }) => group === name)?.clients
    const { finished = 0, unfinished = 0, dropped = 0 } = counts ?? {}
    return { name, system, target, planned, finished, unfinished, dropped }
  })
}

export function sumGroups(groups: readonly GroupReport[]) {
  const sum = { finished: 0, unfinished: 0, dropped: 0 }
  for (const { finished, unfinished, dropped } of groups) {
    sum.finished += finished
    sum.unfinished += unfinished
    sum.dropped += dropped
  }
  return sum
}
