import type { JsonObject } from '../../../src/core/json.ts'
import type { RunningTarget, TargetOptions } from '../../../src/core/system.ts'
import { replaySettings } from '../../../src/systems/replay/target/settings.ts'
import { startReplay } from '../../../src/systems/replay/target/start-replay.ts'

/** A reference server on a free port, with its defaults for all that is not said. */
export async function startTestReplay(
  settings: JsonObject = {},
  more: Partial<Pick<TargetOptions, 'defects' | 'log'>> = {},
): Promise<RunningTarget> {
  const parsed = replaySettings.parse(settings)
  if (!('value' in parsed)) throw new Error(JSON.stringify(parsed.problems))
  const options = { host: '127.0.0.1', port: 0, statusPort: 0, defects: [], defectRate: 1, seed: 1 }
  return startReplay({ ...options, ...more, settings: parsed.value })
}
