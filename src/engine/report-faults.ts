import type { ClientFaults, Plan } from '../core/plan.ts'
import type { FaultReport } from '../core/report.ts'
import type { ClientMetrics } from '../metrics/observe-clients.ts'

/** What came of the scenario's faults, in its order. */
export function reportFaults(plan: Plan, metrics: readonly ClientMetrics[]): readonly FaultReport[] {
  const concerned = plan.arrivals().flatMap(({ client }) => plan.faultsOf(client) ?? [])
  return plan.scenario.faults.map(({ kind, groups }, rule) => {
    const planned = concerned.map((faults) => countPlanned(faults, rule)).filter((count) => count > 0)
    const struck = metrics.reduce((sum, { faults }) => sum + (faults[rule] ?? 0), 0)
    return { kind, groups, clients: planned.length, planned: planned.reduce((a, b) => a + b, 0), struck }
  })
}

function countPlanned({ strikes, steps, start }: ClientFaults, rule: number): number {
  const ofRule = (fault: { readonly rule: number }) => fault.rule === rule
  return strikes.filter(ofRule).length + steps.filter(ofRule).length + (start && ofRule(start) ? 1 : 0)
}

/** A fault that was never met proves nothing of how the server takes it. */
export function describeMissedFaults(faults: readonly FaultReport[]): string[] {
  return faults
    .filter(({ struck }) => struck === 0)
    .map(
      ({ kind, groups }) =>
        `the fault ${kind} of ${groups.join(', ')} met nobody: no such client was there, and connected, at its times`,
    )
}
