import type { System } from '../../core/system.ts'
import { driveDevices } from './commands/drive-devices.ts'
import { register } from './commands/register.ts'
import { devicesDefects } from './defects.ts'
import { devicesSteps } from './faults.ts'
import { findCause } from './invariants/find-cause.ts'
import { createCheckers, devicesInvariants } from './invariants/index.ts'
import { inspectTarget } from './invariants/stats-own.ts'
import { type DevicesParams, devicesParams } from './params/devices-params.ts'
import { type DevicesSettings, devicesSettings } from './target/settings.ts'
import { devicesTranscript } from './transcript.ts'
import { devicesTrial } from './trial.ts'
import { chooseIds, sharedCharacters } from './workload/choose-ids.ts'

/** IoT devices over HTTP: many register at once, and each is told a model and where to stop inferring by itself. */
export const devices: System<DevicesParams, DevicesSettings> = {
  name: 'devices',
  summary: 'IoT devices over HTTP, each of which is told a model and where to stop inferring by itself',
  params: devicesParams,
  settings: devicesSettings,
  urlProtocols: ['http:'],
  invariants: devicesInvariants,
  defects: devicesDefects,
  loadClients: () => import('./client/create-client.ts'),
  takeStep: (step, params) => devicesSteps[step]?.(params),
  createCheckers,
  carriesMarkers: () => false,
  identifyKeys: (client) =>
    client.params.cohort === 'colliding' ? chooseIds(client).clientId.slice(0, sharedCharacters) : undefined,
  fixedIdentities: ({ deviceIds }) => deviceIds.map((identity, i) => ({ identity, path: ['deviceIds', i] })),
  findCause,
  transcript: devicesTranscript,
  inspectTarget,
  async startTarget(options) {
    const { startDevices } = await import('./target/start-devices.ts')
    return startDevices(options)
  },
  trial: devicesTrial,
  sizes: ['rounds'],
  commands: [driveDevices, register],
}
