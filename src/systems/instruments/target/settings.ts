import { z } from 'zod'
import { createSchema } from '../../../core/schema.ts'
import type { Schema } from '../../../core/system.ts'
import { durationExpected, isDuration, parseDuration } from '../../../core/units.ts'

/** What a scenario may say of the reference server. */
export interface InstrumentsSettings {
  readonly agentToken: string
  /** URL of a Redis server; undefined: everything is in memory. */
  readonly redis: string | undefined
  /** Servers with one name in one Redis follow each other: a later one knows what an earlier one left behind. */
  readonly serverName: string | undefined
  readonly graceMs: number
  readonly pingEveryMs: number
  readonly pingLimitMs: number
  /** Viewers must show the key that the user's agent has brought. */
  readonly viewerKeys: boolean
  readonly sessionExpiryMs: number
  readonly maxFileBytes: number
  readonly maxClients: number
  /** Files of one session; the trends are made from all of them. */
  readonly maxSessionFiles: number
  /** Files of one agent that wait for their analysis. */
  readonly maxWaitingFiles: number
  /** 0: in the event loop. */
  readonly analysisThreads: number
  /** The server breaks down once, so long after the first client came, and comes back; its store outlives that. */
  readonly restartAfterMs: number | undefined
}

const count = (largest: number) => z.int().min(1).max(largest)
const duration = z.string(durationExpected).refine(isDuration, durationExpected)

const input = z.strictObject({
  agentToken: z.string().min(1).default('mcsim-agent').describe('what agents show as their bearer token'),
  redis: z
    .string()
    .regex(/^rediss?:\/\/.+/, 'expected a redis:// URL')
    .optional()
    .describe('redis:// URL of the store that several servers share; without it, memory'),
  serverName: z.string().min(1).max(100).optional().describe('in a shared store; one of its own where it is not said'),
  grace: duration.default('2s').describe('how long the session of an agent that is gone is kept'),
  pingInterval: duration.default('1s').describe('how often a client is asked whether it is there'),
  pingTimeout: duration.default('3s').describe('how long it may take to answer'),
  viewerKeys: z.boolean().default(false).describe("viewers must show the key that the user's agent has brought"),
  sessionExpiry: duration.default('1h').describe('forget a session that nobody used for so long'),
  maxFileBytes: count(2 ** 26)
    .default(5 * 2 ** 20)
    .describe('size of a file'),
  maxClients: count(1_000_000).default(10_000).describe('clients connected at a time'),
  maxSessionFiles: count(1_000_000).default(10_000).describe('files of a session'),
  maxWaitingFiles: count(10_000).default(32).describe('files of one agent that wait for their analysis'),
  analysisThreads: z.int().min(0).max(64).default(1).describe('threads that analyse files; 0: the event loop does'),
  restartAfter: duration
    .optional()
    .describe('break down once, so long after the first client came; the store outlives it'),
})

export const instrumentsSettings: Schema<InstrumentsSettings> = createSchema(input, (settings) => {
  const { redis, serverName, grace, pingInterval, pingTimeout, sessionExpiry, restartAfter, ...same } = settings
  return {
    ...same,
    redis,
    serverName,
    graceMs: toMs(grace),
    pingEveryMs: toMs(pingInterval),
    pingLimitMs: toMs(pingTimeout),
    sessionExpiryMs: toMs(sessionExpiry),
    restartAfterMs: restartAfter === undefined ? undefined : toMs(restartAfter),
  }
})

const toMs = (text: string) => parseDuration(text) as number
