import type { RunOptions } from '../../src/engine/run-scenario.ts'
import { echoSystem } from './echo-system.ts'

/** What a run within the process of its test is started with, besides what the test itself is about. */
export const runOptions = {
  createProbe: () => {
    throw new Error('no pressure is expected')
  },
  threads: 0,
  workerEntry: new URL('file:///none'),
  strict: false,
  mcsimVersion: 'test',
  replay: 'mcsim run test.yaml',
  onProgress: () => {},
} as const satisfies Partial<RunOptions>

/** The echo server in the process of the test. */
export const startEcho: RunOptions['launchTarget'] = ({ defects, defectRate }) =>
  echoSystem.startTarget({
    host: '127.0.0.1',
    port: 0,
    statusPort: 0,
    settings: {},
    seed: 1,
    defects,
    defectRate,
  })
