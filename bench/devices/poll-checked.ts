import { PollingDevice } from './polling-device.ts'
import { runDevices } from './run-devices.ts'
import { serveRounds } from './serve-rounds.ts'

/*
 * A process that polls as mcsim's devices do, with all that checks them.
 */
await serveRounds(async ({ url, connections, requests }) => {
  const rounds = Math.ceil(requests / connections)
  const { operations } = await runDevices(url, (context) => new PollingDevice(context), connections, { rounds })
  return operations.find(({ operation }) => operation === 'decide')?.counts.ok ?? 0
})
