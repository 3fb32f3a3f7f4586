import { z } from 'zod'
import { createSchema } from '../../../core/schema.ts'
import type { Schema } from '../../../core/system.ts'
import { durationExpected, isDuration, parseDuration } from '../../../core/units.ts'
import { endpointPaths } from '../params/endpoint-paths.ts'
import { chooseModels, type DeviceModel, haveDistinctNames, modelList } from '../params/models.ts'
import type { Endpoints } from '../wire/endpoints.ts'

const policyNames = ['default', 'least-loaded', 'by-capability', 'by-latency', 'sticky'] as const
export type PolicyName = (typeof policyNames)[number]

/** What a scenario may say of the reference server. */
export interface DevicesSettings {
  readonly basePath: string
  readonly endpoints: Endpoints
  readonly models: readonly DeviceModel[]
  readonly defaultModel: DeviceModel
  readonly policy: PolicyName
  /** `by-latency` takes a device for slow when all layers take it longer than so. */
  readonly slowInferenceMs: number
  /** Where `sticky` remembers who has which model. */
  readonly stateFile: string | undefined
  /** How often devices of overloaded models are offered another one; undefined: only when the operator says so. */
  readonly rebalanceEveryMs: number | undefined
  /** Every so manieth poll of a device is answered with -1, so that it measures all layers anew; 0: none. */
  readonly localEvery: number
  readonly maxDevices: number
  /** A device that sends nothing for so long is forgotten. */
  readonly expireAfterMs: number
  readonly maxBodyBytes: number
  readonly maxConnections: number
  /** So many requests are worked on at a time, each with its body in memory. */
  readonly maxWorking: number
  readonly requestLimitMs: number
  readonly idleLimitMs: number
}

const count = (largest: number) => z.int().min(1).max(largest)
const duration = z.string(durationExpected).refine(isDuration, durationExpected)

const input = z
  .strictObject({
    basePath: z
      .string()
      .regex(/^(\/[A-Za-z0-9_.-]+)*$/, 'expected a path such as /api, or nothing')
      .default('/api')
      .describe('begins the path of every request'),
    endpoints: endpointPaths,
    models: modelList,
    defaultModel: z.string().min(1).optional().describe('the first of the models where it is not said'),
    policy: z.enum(policyNames).default('default').describe('how new devices are given a model'),
    slowInference: duration.default('1s').describe('by-latency: slower devices are offered the fastest model'),
    stateFile: z.string().min(1).optional().describe('sticky: where the models of the devices are remembered'),
    rebalance: duration.optional().describe('how often devices of overloaded models are offered another one'),
    localEvery: z.int().min(0).default(0).describe('every so manieth poll of a device is answered with -1; 0: none'),
    maxDevices: count(10_000_000).default(100_000).describe('devices known at a time'),
    expireAfter: duration.default('10m').describe('forget a device that sends nothing for so long'),
    maxBodyBytes: count(2 ** 26)
      .default(2 ** 18)
      .describe('size of a body'),
    maxConnections: count(1_000_000).default(50_000).describe('connections at a time'),
    maxWorking: count(1_000_000).default(1000).describe('requests worked on at a time; others wait'),
    requestLimit: duration.default('10s').describe('a request that is not complete after so long is refused'),
    idleLimit: duration.default('60s').describe('close a connection without a request for so long'),
  })
  .refine(({ models }) => haveDistinctNames(models), { path: ['models'], error: 'expected a name of its own for each' })
  .refine(({ models, defaultModel }) => defaultModel === undefined || findModel(models, defaultModel) !== undefined, {
    path: ['defaultModel'],
    error: 'expected the name of one of the models',
  })
  .refine(({ policy, stateFile }) => (policy === 'sticky') === (stateFile !== undefined), {
    path: ['stateFile'],
    error: 'expected a file together with "policy: sticky", and only there',
  })

export const devicesSettings: Schema<DevicesSettings> = createSchema(input, (settings) => {
  const { defaultModel, slowInference, rebalance, expireAfter, requestLimit, idleLimit, stateFile, ...same } = settings
  const models = chooseModels(settings.models)
  return {
    ...same,
    models,
    defaultModel: (defaultModel && findModel(settings.models, defaultModel)) || (models[0] as DeviceModel),
    slowInferenceMs: toMs(slowInference),
    stateFile,
    rebalanceEveryMs: rebalance === undefined ? undefined : toMs(rebalance),
    expireAfterMs: toMs(expireAfter),
    requestLimitMs: toMs(requestLimit),
    idleLimitMs: toMs(idleLimit),
  }
})

function findModel(models: z.output<typeof modelList>, wanted: string): DeviceModel | undefined {
  return chooseModels(models).find(({ name }) => name === wanted)
}

const toMs = (text: string) => parseDuration(text) as number
