import type { Closed, Fault } from '../core/event.ts'
import { isNetworkFault } from '../core/fault.ts'

/** The connections that a fault of the run has struck and that have not ended. Hardly any: their keys are texts. */
export class StruckConnections {
  private readonly struck = new Set<string>()

  add(event: Fault): void {
    if (isNetworkFault(event.fault)) this.struck.add(keyOf(event))
  }

  /** Whether it was struck; it is forgotten then. */
  take(event: Closed): boolean {
    return this.struck.size > 0 && this.struck.delete(keyOf(event))
  }
}

const keyOf = ({ client, connection }: Fault | Closed) => `${client} ${connection}`

/** Which of the scenario's faults it was; undefined for what a client does by itself. */
export function readRule({ value }: Fault): string | undefined {
  if (typeof value !== 'object' || value === null || !('rule' in value)) return undefined
  return String(value['rule'])
}
