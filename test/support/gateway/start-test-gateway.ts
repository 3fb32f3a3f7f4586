import type { JsonObject } from '../../../src/core/json.ts'
import type { RunningTarget, TargetOptions } from '../../../src/core/system.ts'
import { gatewaySettings } from '../../../src/systems/gateway/target/settings.ts'
import { startGateway } from '../../../src/systems/gateway/target/start-gateway.ts'

/** A reference gateway on a free port, with its defaults for all that is not said. */
export async function startTestGateway(
  settings: JsonObject,
  more: Partial<Pick<TargetOptions, 'defects' | 'log'>> = {},
): Promise<RunningTarget> {
  const parsed = gatewaySettings.parse(settings)
  if (!('value' in parsed)) throw new Error(JSON.stringify(parsed.problems))
  const options = { host: '127.0.0.1', port: 0, statusPort: 0, defects: [], defectRate: 1, seed: 1 }
  return startGateway({ ...options, ...more, settings: parsed.value })
}

export async function readStats(target: RunningTarget): Promise<JsonObject> {
  return (await (await fetch(`${target.statusUrl}/stats`)).json()) as JsonObject
}
