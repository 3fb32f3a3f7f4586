import type { Recorder, SimulatedClient } from '../core/client.ts'
import { simultaneousStart } from '../core/fault.ts'
import type { ClientFaults } from '../core/plan.ts'
import { pause } from './run-client.ts'

/** A client that has connected and asks for nothing before the moment at which all others of its kind do. */
export class StartingTogether implements SimulatedClient {
  private readonly client: SimulatedClient
  private readonly recorder: Recorder
  private start: ClientFaults['start']

  constructor(client: SimulatedClient, recorder: Recorder, start: ClientFaults['start']) {
    this.client = client
    this.recorder = recorder
    this.start = start
  }

  open(signal: AbortSignal): Promise<boolean> {
    return this.client.open(signal)
  }

  async iterate(iteration: number, signal: AbortSignal): Promise<boolean> {
    const { start, recorder } = this
    this.start = undefined
    const waitMs = start ? start.atMs - recorder.now() : 0
    // Who comes too late for it starts as others do.
    if (start && waitMs > 0) {
      await pause(waitMs, signal)
      recorder.fault(0, simultaneousStart, { rule: start.rule })
    }
    return this.client.iterate(iteration, signal)
  }

  close(): Promise<void> {
    return this.client.close()
  }
}
