import type { System } from '../../core/system.ts'
import { driveViewers } from './commands/drive-viewers.ts'

import { replayDefects } from './defects.ts'
import { replaySteps } from './faults.ts'

import { findCause } from './invariants/find-cause.ts'
import { createCheckers, replayInvariants } from './invariants/index.ts'
import { inspectTarget } from './invariants/streams-freed.ts'
import { type ReplayParams, replayParams } from './params/replay-params.ts'
import { type ReplaySettings, replaySettings } from './target/settings.ts'
import { replayTranscript } from './transcript.ts'
import { replayTrial } from './trial.ts'
import { PlannedViewer } from './workload/plan-viewer.ts'

/** Viewers of a market replay: each watches its own over a WebSocket and controls it over HTTP. */
export const replay: System<ReplayParams, ReplaySettings> = {
  name: 'replay',
  summary: 'market replay viewers, each of which controls and watches a replay of its own',
  params: replayParams,
  settings: replaySettings,
  urlProtocols: ['http:'],
  invariants: replayInvariants,
  defects: replayDefects,
  loadClients: () => import('./client/create-client.ts'),
  takeStep: (step, params) => replaySteps[step]?.(params),
  createCheckers,
  // What a viewer watches is the server's. The ids that it chose for its sessions are markers, but not every server says
  // them again.
  carriesMarkers: () => false,
  identifyKeys: (client) => new PlannedViewer(client).symbols[0],
  findCause,
  transcript: replayTranscript,
  inspectTarget,
  async startTarget(options) {
    const { startReplay } = await import('./target/start-replay.ts')
    return startReplay(options)
  },
  trial: replayTrial,
  sizes: ['acts'],
  commands: [driveViewers],
}
