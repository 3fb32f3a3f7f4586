import { z } from 'zod'
import { createSchema } from '../../../core/schema.ts'
import type { Schema } from '../../../core/system.ts'
import { durationExpected, isDuration, parseDuration } from '../../../core/units.ts'
import { endpointPaths } from './endpoint-paths.ts'
import { chooseModels, type DeviceModel, haveDistinctNames, modelList } from './models.ts'

/** What a group of devices may say of itself; times in milliseconds, shares 0…1 of the devices of the group. */
export interface DevicesParams {
  /** Ids of the first devices of the group; further ones get generated ids of 8 characters. */
  readonly deviceIds: readonly string[]
  /** `colliding`: generated ids agree, two by two, in their first 4 characters. */
  readonly cohort: 'distinct' | 'colliding'
  /** Inferences of one iteration. */
  readonly rounds: number
  /** The device rests for so long between two inferences. */
  readonly thinkTimeMs: number
  readonly requestLimitMs: number
  readonly connectTimeoutMs: number
  /** Below the path of the target's URL. */
  readonly endpoints: Record<'registration' | 'deviceInput' | 'offloadingLayer' | 'deviceInferenceResult', string>
  /** Where a report names its device: in query and body, or in the body alone, as some servers' own clients do. */
  readonly reportId: 'query-and-body' | 'body'
  /** What the devices know of the models; a reference server must have the same. */
  readonly models: readonly DeviceModel[]
  /** The scenario itself says `models`: a server that assigns another is wrong. Else it may have models of its own. */
  readonly listsModels: boolean
  /** The model with which a device goes on while it reaches no server; one of `models`. */
  readonly defaultModel: string
  /** Whether the devices tell their hardware when they register. */
  readonly tellCapabilities: boolean
  readonly slowShare: number
  /** How many times slower a slow device is at every layer. */
  readonly slowFactor: number
  /** So many different layers are the best place to stop, over the devices and their changes. */
  readonly decisionLevels: number
  /** After so many rounds a device's layer times change, and its best layer with them. */
  readonly changeLevelEvery: number
  /** Share of the devices whose clock is wrong. */
  readonly clockSkewShare: number
  /** By how much it is ahead; half of them are behind by as much. */
  readonly clockSkewMs: number
  /** Rounds before a device loses the server and goes on locally, and for how many rounds. */
  readonly loseServerAt: number | undefined
  readonly loseServerRounds: number
  /** A device registers again before every so manieth round; 0: never. */
  readonly reRegisterEvery: number
  /** Share of the reports that a device sends twice. */
  readonly repeatShare: number
  /** Share of the requests that a device gives up in flight. */
  readonly cancelShare: number
  /** Share of the devices that try what must be refused: a report in another's name, an id that nobody registered. */
  readonly forgeShare: number
  /** Share of the devices that send malformed bodies beside their good ones. */
  readonly malformedShare: number
  /** Share of the devices that send images beyond every limit beside their good ones. */
  readonly oversizedShare: number
  /** Its first connection was another device's before, which has registered and asked over it. */
  readonly handedOn: boolean
  /** Share of the decisions that may be -1 (run all locally) without a reason that a device can know. */
  readonly localRate: number
  /** The target is neither restarted nor short of room during the run: whoever waits or is refused was harmed by others. */
  readonly dependable: boolean
}

const duration = z.string(durationExpected).refine(isDuration, durationExpected)
const share = z.number().min(0).max(1)

const deviceId = z
  .string()
  .regex(
    /^[A-Za-z0-9._-]{1,9}$/,
    'expected up to 9 letters, digits and any of . _ -, which is what a record has room for',
  )

const document = z
  .strictObject({
    deviceIds: z.array(deviceId).default([]),
    cohort: z.enum(['distinct', 'colliding']).default('distinct'),
    rounds: z.int().min(0).max(1_000_000).default(10),
    thinkTime: duration.default('1s'),
    requestLimit: duration.default('5s'),
    connectTimeout: duration.default('5s'),
    endpoints: endpointPaths,
    reportId: z.enum(['query-and-body', 'body']).default('query-and-body'),
    models: modelList,
    defaultModel: z.string().min(1).optional(),
    tellCapabilities: z.boolean().default(false),
    slowShare: share.default(0.5),
    slowFactor: z.number().min(1).max(1000).default(8),
    decisionLevels: z.int().min(2).max(50).default(6),
    changeLevelEvery: z.int().min(1).default(4),
    clockSkewShare: share.default(0),
    clockSkew: duration.default('1h'),
    loseServerAt: z.int().min(0).optional(),
    loseServerRounds: z.int().min(1).default(2),
    reRegisterEvery: z.int().min(0).default(0),
    repeatShare: share.default(0),
    cancelShare: share.default(0),
    forgeShare: share.default(0),
    malformedShare: share.default(0),
    oversizedShare: share.default(0),
    handedOn: z.boolean().default(false),
    localRate: share.default(0),
    dependable: z.boolean().default(false),
  })
  .refine(({ models }) => haveDistinctNames(models), { path: ['models'], error: 'expected a name of its own for each' })
  .refine(({ deviceIds }) => new Set(deviceIds).size === deviceIds.length, {
    path: ['deviceIds'],
    error: 'expected an id of its own for each device, because two devices with one id are one device',
  })
  .refine(({ models, defaultModel }) => defaultModel === undefined || isModel(defaultModel, models), {
    path: ['defaultModel'],
    error: 'expected the name of one of the models',
  })

const isModel = (wanted: string, models: z.output<typeof modelList>) =>
  chooseModels(models).some(({ name }) => name === wanted)

export const devicesParams: Schema<DevicesParams> = createSchema(document, (input) => {
  const { thinkTime, requestLimit, connectTimeout, clockSkew, loseServerAt, ...same } = input
  const models = chooseModels(input.models)
  return {
    ...same,
    models,
    listsModels: input.models !== undefined,
    defaultModel: input.defaultModel ?? (models[0] as DeviceModel).name,
    thinkTimeMs: toMs(thinkTime),
    requestLimitMs: toMs(requestLimit),
    connectTimeoutMs: toMs(connectTimeout),
    clockSkewMs: toMs(clockSkew),
    loseServerAt,
  }
})

const toMs = (text: string) => parseDuration(text) as number
