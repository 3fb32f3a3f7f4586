import { z } from 'zod'
import { maxClients } from '../core/marker.ts'
import { httpMethods, type LoadModel, visibilities } from '../core/scenario.ts'
import { createSchema } from '../core/schema.ts'
import { durationExpected, isDuration, parseDuration } from '../core/units.ts'

/*
 * The shapes of a scenario document, each checked apart so that a mistake in one group hides none in another.
 * What a system says of itself (`params`, `settings`) is left to that system's own schemas.
 */

export const toMs = (duration: string) => parseDuration(duration) as number

export const duration = z.string(durationExpected).refine(isDuration, durationExpected)

export const positiveDuration = duration.refine((text) => toMs(text) !== 0, 'expected a duration above 0')

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.-]*$/,
    'expected a name of letters, digits, "-", "_" and ".", beginning with a letter or digit',
  )

const clients = z.int().min(1).max(maxClients)

const common = {
  iterations: z.int().min(1).default(1),
  thinkTime: duration.default('0s'),
  reconnect: z.boolean().default(false),
}

const closedLoad = z.strictObject({
  model: z.literal('closed'),
  clients,
  arriveOver: duration.default('0s'),
  ...common,
})

const openLoad = z.strictObject({
  model: z.literal('open'),
  stages: z.array(z.strictObject({ duration: positiveDuration, arrivalRate: z.number().min(0) })).min(1),
  arrivals: z.enum(['constant', 'poisson']).default('constant'),
  maxAlive: z.int().min(1).max(maxClients).default(1000),
  ...common,
})

const load = z.discriminatedUnion('model', [closedLoad, openLoad])

export const documentSchema = createSchema(
  z.strictObject({
    name: name.optional(),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
    maxDuration: positiveDuration.default('10m'),
    targets: z.record(z.string(), z.unknown()).default({}),
    groups: z.array(z.unknown()).min(1),
    pressure: z.array(z.unknown()).default([]),
    faults: z.array(z.unknown()).default([]),
    floors: z.record(z.string(), z.int().min(0)).default({}),
  }),
  ({ maxDuration, ...rest }) => ({ ...rest, maxDurationMs: toMs(maxDuration) }),
)

const defectExpected = 'expected the name of a defect, or a list of names'

export const targetSchema = createSchema(
  z.strictObject({
    system: z.string(),
    url: z.string().exactOptional(),
    statusUrl: z.url({ protocol: /^https?$/, error: 'expected a URL such as http://host:8080/stats' }).exactOptional(),
    resultsDir: z.string().min(1).exactOptional(),
    settings: z.unknown().exactOptional(),
    defect: z.union([z.string(), z.array(z.string()).min(1)], defectExpected).exactOptional(),
    defectRate: z.number().min(0).max(1).exactOptional(),
  }),
)

export const groupSchema = createSchema(
  z.strictObject({
    name,
    system: z.string(),
    target: z.string().min(1).default('reference'),
    clients: clients.optional(),
    load: load.optional(),
    startAfter: duration.default('0s'),
    witness: z.literal([false, 'during', 'after']).default(false),
    visibility: z.record(z.string(), z.enum(visibilities)).exactOptional(),
    params: z.unknown().optional(),
  }),
  ({ startAfter, clients, load, ...rest }) => ({
    ...rest,
    startAfterMs: toMs(startAfter),
    /** Each way in which the group states its load; a group should state one. */
    loads: [
      ...(clients === undefined ? [] : [convertLoad(closedLoad.parse({ model: 'closed', clients }))]),
      ...(load === undefined ? [] : [convertLoad(load)]),
    ],
  }),
)

const httpUrl = (example: string) => z.url({ protocol: /^https?$/, error: `expected a URL such as ${example}` })

export const pressureSchema = createSchema(
  z.strictObject({
    url: httpUrl('http://host:8080/stats').exactOptional(),
    target: z.string().min(1).exactOptional(),
    endpoint: z.enum(['service', 'status']).exactOptional(),
    // Two slashes would begin the name of another host.
    path: z
      .string()
      .regex(/^\/(?!\/)\S*$/, 'expected a path such as /stats')
      .exactOptional(),
    connections: z.int().min(1).max(10_000).default(10),
    pipelining: z.int().min(1).max(1000).default(1),
    rate: z.int().min(1).exactOptional(),
    duration: positiveDuration.exactOptional(),
    method: z.enum(httpMethods).default('GET'),
    headers: z
      .record(
        z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'expected the name of a header'),
        z.string().regex(/^[^\r\n]*$/, 'expected text of one line'),
      )
      .default({}),
    body: z.string().exactOptional(),
  }),
  ({ duration, ...rest }) => ({ ...rest, ...(duration === undefined ? {} : { durationMs: toMs(duration) }) }),
)

export const targetName = createSchema(name)

function convertLoad(load: z.output<typeof closedLoad> | z.output<typeof openLoad>): LoadModel {
  const { thinkTime, ...rest } = load
  const thinkTimeMs = toMs(thinkTime)
  if (rest.model === 'closed') {
    const { arriveOver, ...closed } = rest
    return { ...closed, thinkTimeMs, arriveOverMs: toMs(arriveOver) }
  }
  const stages = rest.stages.map(({ duration, arrivalRate }) => ({ durationMs: toMs(duration), arrivalRate }))
  return { ...rest, thinkTimeMs, stages }
}
