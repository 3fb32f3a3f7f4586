import type { JsonObject } from '../../../src/core/json.ts'
import { type GatewayParams, gatewayParams } from '../../../src/systems/gateway/params.ts'

/** Parameters as a scenario would give them; throws where they are wrong. */
export function parseParams(input: JsonObject): GatewayParams {
  const parsed = gatewayParams.parse(input)
  if ('value' in parsed) return parsed.value
  throw new Error(parsed.problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}
