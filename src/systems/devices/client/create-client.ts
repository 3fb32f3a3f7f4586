import type { SimulatedClient } from '../../../core/client.ts'
import type { ClientContext } from '../../../core/system.ts'
import { parseServerUrl } from '../../../transport/parse-server-url.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import { planDevice } from '../workload/plan-device.ts'
import { DeviceClient } from './device-client.ts'
import { DeviceLink } from './device-link.ts'
import { DeviceOperations } from './device-operations.ts'

export function createClient(context: ClientContext<DevicesParams>): SimulatedClient {
  const { params, recorder, target } = context
  const { basePath, host, port } = parseServerUrl(target.url)
  const device = planDevice(context)
  const link = new DeviceLink(
    { host, port, connectLimitMs: params.connectTimeoutMs, requestLimitMs: params.requestLimitMs },
    recorder,
  )
  return new DeviceClient(device, link, new DeviceOperations(device, params, basePath), params, recorder)
}
