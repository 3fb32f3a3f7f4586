import type { System } from '../../core/system.ts'
import { driveGateway } from './commands/drive-gateway.ts'
import { generateDataset } from './commands/generate-dataset.ts'
import { gatewayDefects } from './defects.ts'
import { gatewaySteps } from './faults.ts'
import { findCause } from './invariants/cause/find-cause.ts'
import { createCheckers, gatewayInvariants } from './invariants/index.ts'
import { inspectTarget } from './invariants/resources-freed.ts'
import { type GatewayParams, gatewayParams } from './params.ts'
import { type GatewaySettings, gatewaySettings } from './target/settings.ts'
import { serveWorkerCommand } from './target/worker-command.ts'
import { gatewayTranscript } from './transcript.ts'
import { gatewayTrial } from './trial.ts'
import { validateGroup } from './validate-group.ts'
import { compareData } from './workload/compare-data.ts'
import { carriesMarkers, identifyData } from './workload/open-upload.ts'

/** Dataset uploaders over TCP: many clients upload tables at once, and each is answered four queries about its own. */
export const gateway: System<GatewayParams, GatewaySettings> = {
  name: 'gateway',
  summary: 'dataset uploaders over TCP, each of which is answered four queries about its own data',
  params: gatewayParams,
  settings: gatewaySettings,
  urlProtocols: ['tcp:'],
  invariants: gatewayInvariants,
  defects: gatewayDefects,
  loadClients: () => import('./client/create-client.ts'),
  takeStep: (step, params) => gatewaySteps[step]?.(params),
  createCheckers,
  findCause,
  transcript: gatewayTranscript,
  carriesMarkers,
  identifyData,
  identifyKeys: ({ params }) => params.dataFolder ?? (params.cohort === 'colliding' ? 'colliding' : undefined),
  compareData,
  inspectTarget,
  validateGroup,
  async startTarget(options) {
    const { startGateway } = await import('./target/start-gateway.ts')
    return startGateway(options)
  },
  trial: gatewayTrial,
  sizes: ['rows'],
  commands: [driveGateway, generateDataset, serveWorkerCommand],
}
