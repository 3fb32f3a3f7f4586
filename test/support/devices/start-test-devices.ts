import type { JsonObject } from '../../../src/core/json.ts'
import type { RunningTarget, TargetOptions } from '../../../src/core/system.ts'
import { devicesSettings } from '../../../src/systems/devices/target/settings.ts'
import { startDevices } from '../../../src/systems/devices/target/start-devices.ts'

/** A reference server on a free port, with its defaults for all that is not said. */
export async function startTestDevices(
  settings: JsonObject = {},
  more: Partial<Pick<TargetOptions, 'defects' | 'log'>> = {},
): Promise<RunningTarget> {
  const parsed = devicesSettings.parse(settings)
  if (!('value' in parsed)) throw new Error(JSON.stringify(parsed.problems))
  const options = { host: '127.0.0.1', port: 0, statusPort: 0, defects: [], defectRate: 1, seed: 1 }
  return startDevices({ ...options, ...more, settings: parsed.value })
}
