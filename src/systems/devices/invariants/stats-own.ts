import type { Invariant, Violation } from '../../../core/check.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { TargetInspection } from '../../../core/system.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import { chooseIds } from '../workload/choose-ids.ts'
import { digestImage } from '../workload/digest-image.ts'

export const statsOwn: Invariant = {
  name: 'stats-own',
  kind: 'isolation',
  sentence: 'The last image that the server keeps of a device is one that this device has sent.',
}

/** Compares, for every planned device that the server's figures name, the digest of its image: a device sees one scene. */
export function inspectTarget(
  _before: Json,
  after: Json,
  clients: readonly PlannedClient<DevicesParams>[],
): readonly TargetInspection[] {
  if (!isObject(after) || !isObject(after['devices'] ?? null)) return []
  const devices = after['devices'] as JsonObject
  const owners = new Map<string, PlannedClient<DevicesParams>>()
  const kept = clients.flatMap((client) => {
    const digest = readDigest(devices[chooseIds(client).clientId])
    return digest === undefined ? [] : [{ client, digest, own: digestImage(client) }]
  })
  for (const { client, own } of kept) owners.set(own, client)
  const foreign = kept.filter(({ digest, own }) => digest !== own)
  const violations = foreign.map(({ client, digest }) => describeForeign(client, owners.get(digest)))
  return [{ invariant: statsOwn, conclusion: { examined: kept.length, undecidable: 0, violations } }]
}

/** Of the image that the server got last; undefined where it got none. */
function readDigest(device: Json | undefined): string | undefined {
  const image = isObject(device ?? null) ? (device as JsonObject)['lastInput'] : undefined
  const digest = isObject(image ?? null) ? (image as JsonObject)['crc32'] : undefined
  return typeof digest === 'string' ? digest : undefined
}

function describeForeign(
  client: PlannedClient<DevicesParams>,
  owner: PlannedClient<DevicesParams> | undefined,
): Violation {
  const { client: index } = client.arrival
  const id = chooseIds(client).clientId
  const by = owner ? `client ${owner.arrival.client}` : 'nobody of this run'
  const message = `the server keeps as the last image of client ${index} (${id}) one of ${by}`
  return {
    invariant: statsOwn.name,
    kind: statsOwn.kind,
    class: owner ? 'foreign' : 'wrong',
    recipient: index,
    ...(owner && {
      owner: owner.arrival.client,
      cause: { clients: [owner.arrival.client], proof: 'signature', message: `the image of ${by}` },
    }),
    atMs: 0,
    connection: 0,
    message,
  }
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
