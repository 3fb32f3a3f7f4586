import type { SimulatedClient } from '../../src/core/client.ts'
import type { ClientContext } from '../../src/core/system.ts'
import { DeviceLink } from '../../src/systems/devices/client/device-link.ts'
import { DeviceOperations } from '../../src/systems/devices/client/device-operations.ts'
import { runSteps, type Steps } from '../../src/systems/devices/client/steps.ts'
import type { DevicesParams } from '../../src/systems/devices/params/devices-params.ts'
import { planDevice } from '../../src/systems/devices/workload/plan-device.ts'
import { parseServerUrl } from '../../src/transport/parse-server-url.ts'

/** The device of `mcsim devices`, which after its registration does nothing but ask after its layer, without a rest. */
export class PollingDevice implements SimulatedClient {
  private readonly link: DeviceLink
  private readonly operations: DeviceOperations
  private readonly polls: number

  constructor(context: ClientContext<DevicesParams>) {
    const { params, recorder, target } = context
    const { basePath, host, port } = parseServerUrl(target.url)
    this.link = new DeviceLink(
      { host, port, connectLimitMs: params.connectTimeoutMs, requestLimitMs: params.requestLimitMs },
      recorder,
    )
    this.operations = new DeviceOperations(planDevice(context), params, basePath)
    this.polls = params.rounds
  }

  open(signal: AbortSignal): Promise<boolean> {
    return this.link.open(signal)
  }

  iterate(): Promise<boolean> {
    return runSteps(this.poll())
  }

  close(): Promise<void> {
    return this.link.close()
  }

  private *poll(): Steps<boolean> {
    yield* this.link.ask(this.operations.register())
    for (let i = 0; i < this.polls; i++) yield* this.link.ask(this.operations.decide)
    return true
  }
}
