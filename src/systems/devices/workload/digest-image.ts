import { crc32 } from 'node:zlib'
import type { PlannedClient } from '../../../core/plan.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import { planDevice } from './plan-device.ts'

/** How a server that tells the operator of it sums up a device's image: CRC-32 of all of it, 8 hexadecimal digits. */
export const digestImage = (client: PlannedClient<DevicesParams>): string =>
  crc32(planDevice(client).paintImage()).toString(16).padStart(8, '0')
