import type { JsonObject } from '../../../src/core/json.ts'
import type { RunningTarget, TargetOptions } from '../../../src/core/system.ts'
import { instrumentsSettings } from '../../../src/systems/instruments/target/settings.ts'
import { startInstruments } from '../../../src/systems/instruments/target/start-instruments.ts'

/** A reference server on a free port, with its defaults for all that is not said; it analyses in the event loop. */
export async function startTestInstruments(
  settings: JsonObject = {},
  more: Partial<Pick<TargetOptions, 'defects' | 'log'>> = {},
): Promise<RunningTarget> {
  const parsed = instrumentsSettings.parse({ analysisThreads: 0, grace: '200ms', ...settings })
  if (!('value' in parsed)) throw new Error(JSON.stringify(parsed.problems))
  const options = { host: '127.0.0.1', port: 0, statusPort: 0, defects: [], defectRate: 1, seed: 1 }
  return startInstruments({ ...options, ...more, settings: parsed.value })
}
