import type { System } from '../../core/system.ts'
import { driveAgents } from './commands/drive-agents.ts'
import { instrumentsDefects } from './defects.ts'
import { instrumentsSteps } from './faults.ts'
import { findCause } from './invariants/find-cause.ts'
import { createCheckers, instrumentsInvariants } from './invariants/index.ts'
import { type InstrumentsParams, instrumentsParams } from './params/instruments-params.ts'
import { type InstrumentsSettings, instrumentsSettings } from './target/settings.ts'
import { instrumentsTranscript } from './transcript.ts'
import { instrumentsTrial } from './trial.ts'

/** Instrument agents and their viewers over Socket.IO: each user's viewers see that user's measurements. */
export const instruments: System<InstrumentsParams, InstrumentsSettings> = {
  name: 'instruments',
  summary: 'measurement agents and their viewers over Socket.IO, each of which sees its own user’s results',
  params: instrumentsParams,
  settings: instrumentsSettings,
  urlProtocols: ['http:'],
  invariants: instrumentsInvariants,
  defects: instrumentsDefects,
  loadClients: () => import('./client/create-client.ts'),
  takeStep: (step, params) => instrumentsSteps[step]?.(params),
  createCheckers,
  identifyKeys: ({ params }) => (params.cohort === 'colliding' ? 'colliding' : undefined),
  fixedIdentities: ({ userIds }) => userIds.map((identity, i) => ({ identity, path: ['userIds', i] })),
  channels: { agent_status: 'private' },
  findCause,
  transcript: instrumentsTranscript,
  async startTarget(options) {
    const { startInstruments } = await import('./target/start-instruments.ts')
    return startInstruments(options)
  },
  trial: instrumentsTrial,
  sizes: ['files'],
  commands: [driveAgents],
}
