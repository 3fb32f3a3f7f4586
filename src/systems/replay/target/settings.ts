import { z } from 'zod'
import { createSchema } from '../../../core/schema.ts'
import type { Schema } from '../../../core/system.ts'
import { durationExpected, isDuration, parseDuration } from '../../../core/units.ts'
import { usualSymbols } from '../params/symbols.ts'

/** What a scenario may say of the reference server. */
export interface ReplaySettings {
  readonly basePath: string
  /** CSV to replay, as `market/read-market-file.ts` has it; undefined: a generated market. */
  readonly dataFile: string | undefined
  readonly marketSeed: number
  /** Of the generated market. */
  readonly symbols: readonly string[]
  /** Snapshots of each symbol to replay. */
  readonly rows: number
  /** One snapshot in so long at speed 1. */
  readonly periodMs: number
  /** Market time from one generated snapshot to the next. */
  readonly stepMs: number
  /** A session without sockets is forgotten when nobody has asked for it for so long. */
  readonly sessionTtlMs: number
  readonly sweepEveryMs: number
  readonly maxSessions: number
  readonly maxSocketsPerSession: number
  readonly maxConnections: number
  readonly maxBodyBytes: number
  readonly maxMessageBytes: number
  /** Snapshots that wait for one slow socket. */
  readonly maxBufferedBytes: number
  readonly requestLimitMs: number
  readonly idleLimitMs: number
  /** From one address; 0: as many as it likes. */
  readonly requestsPerMinute: number
  readonly sessionKeys: boolean
  /** The operator's key; undefined: a new one, which is logged. */
  readonly adminKey: string | undefined
  /** Whether a socket that names a session which is gone gets a new one of that id, in the dialect `session-first`. */
  readonly resurrects: boolean
  /** With which HTTP status an unknown session is refused. */
  readonly errorStatus: number
}

const count = (largest: number) => z.int().min(1).max(largest)
const duration = z.string(durationExpected).refine(isDuration, durationExpected)
const positive = duration.refine((text) => parseDuration(text) !== 0, 'expected a duration that is not 0')
const largestStepMs = 24 * 3_600_000
/** Market time from the first generated snapshot to the last: far from where dates end. */
const longestDataMs = 1e14
const symbol = z.string().regex(/^[A-Za-z0-9._:/-]{1,30}$/, 'expected the name of a symbol, such as BTCUSD')

const input = z
  .strictObject({
    basePath: z
      .string()
      .regex(/^(\/[A-Za-z0-9_.-]+)*$/, 'expected a path such as /api, or nothing')
      .default('')
      .describe('begins the path of every request'),
    data: z.string().min(1).optional().describe('CSV file to replay: timestamp, bid_price_1, bid_volume_1, … symbol'),
    marketSeed: z.int().min(0).max(0xffff_ffff).default(1).describe('of the generated market'),
    symbols: z
      .array(symbol)
      .min(1)
      .max(1000)
      .refine((names) => new Set(names).size === names.length, 'expected each symbol once')
      .default([...usualSymbols])
      .describe('of the generated market'),
    rows: count(1_000_000_000).default(20_000).describe('generated snapshots to replay, of each symbol'),
    period: positive.default('250ms').describe('one snapshot in so long at speed 1'),
    step: positive
      .refine((text) => (parseDuration(text) ?? 0) <= largestStepMs, 'expected at most 24h')
      .default('250ms')
      .describe('market time from one generated snapshot to the next'),
    sessionTtl: positive.default('1h').describe('forget a session without sockets that nobody asks for so long'),
    sweepEvery: positive.default('30s').describe('how often such sessions are looked for'),
    maxSessions: count(1_000_000).default(20_000).describe('sessions at a time'),
    maxSocketsPerSession: count(1000).default(8).describe('sockets of one session at a time'),
    maxConnections: count(1_000_000).default(50_000).describe('connections at a time'),
    maxBodyBytes: count(2 ** 20)
      .default(2 ** 12)
      .describe('size of the body of a request'),
    maxMessageBytes: count(2 ** 20)
      .default(2 ** 12)
      .describe('size of a message over a socket'),
    maxBuffered: count(2 ** 28)
      .default(2 ** 18)
      .describe('bytes of snapshots that wait for one slow socket; then the oldest are dropped'),
    requestLimit: positive.default('10s').describe('a request that is not complete after so long is refused'),
    idleLimit: positive.default('60s').describe('close an HTTP connection without a request for so long'),
    requestsPerMinute: z.int().min(0).default(0).describe('requests of one address in a minute; 0: unlimited'),
    sessionKeys: z.boolean().default(false).describe('a session answers only to its key; listings name no sessions'),
    adminKey: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('key of the operator; made and logged where it is not said'),
    resurrects: z.boolean().default(true).describe('/ws/S makes a session that is gone anew'),
    errorStatus: z
      .int()
      .refine((status) => status === 404 || status === 200, 'expected 404 or 200')
      .default(404)
      .describe('HTTP status with which an unknown session is refused: 404, or 200 as some servers do'),
  })
  .refine(({ rows, step }) => rows * (parseDuration(step) ?? 0) <= longestDataMs, {
    path: ['rows'],
    error: 'expected fewer rows, or a shorter step',
  })

export const replaySettings: Schema<ReplaySettings> = createSchema(input, (settings) => {
  const { data, period, step, sessionTtl, sweepEvery, requestLimit, idleLimit, maxBuffered, adminKey, ...same } =
    settings
  return {
    ...same,
    dataFile: data,
    adminKey,
    periodMs: toMs(period),
    stepMs: toMs(step),
    sessionTtlMs: toMs(sessionTtl),
    sweepEveryMs: toMs(sweepEvery),
    requestLimitMs: toMs(requestLimit),
    idleLimitMs: toMs(idleLimit),
    maxBufferedBytes: maxBuffered,
  }
})

const toMs = (text: string) => parseDuration(text) as number
