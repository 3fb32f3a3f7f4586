import type { Recorder, SimulatedClient } from '../core/client.ts'
import type { Clock } from '../core/clock.ts'
import type { Arrival, Plan } from '../core/plan.ts'
import { StartingTogether } from './start-together.ts'
import { ClientStriker, type StrikableClient } from './strike-clients.ts'

/** What the scenario's faults do to the clients of one thread. */
export interface FaultInfliction {
  /** From now on the client meets its faults. Called once for each client, before it has done anything. */
  expose(arrival: Arrival, recorder: Recorder & StrikableClient, client: SimulatedClient): SimulatedClient
  stop(): void
}

export function inflictFaults(plan: Plan, arrivals: readonly Arrival[], clock: Clock): FaultInfliction {
  const strikes = arrivals.flatMap(({ client }) => plan.faultsOf(client)?.strikes ?? [])
  const striker = new ClientStriker(strikes, clock)
  striker.start()
  return {
    expose({ client: index }, recorder, client) {
      const faults = plan.faultsOf(index)
      if (!faults) return client
      striker.enlist(index, recorder)
      for (const { rule, step } of faults.steps) recorder.fault(0, step, { rule })
      return faults.start ? new StartingTogether(client, recorder, faults.start) : client
    },
    stop: () => striker.stop(),
  }
}
