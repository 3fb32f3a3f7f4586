import { z } from 'zod'
import { createSchema } from '../../../core/schema.ts'
import type { Schema } from '../../../core/system.ts'
import { durationExpected, isDuration, parseDuration } from '../../../core/units.ts'
import { type DialectName, dialectNames } from '../wire/dialect.ts'
import type { Stage } from './pipeline/stages.ts'

/** What a scenario may say of the reference gateway. */
export interface GatewaySettings {
  readonly dialect: DialectName
  /** `embedded`, or the URL of a RabbitMQ server. */
  readonly broker: string
  /** Begins the name of every queue; where none is given, one of its own, or `gateway` for external workers. */
  readonly queuePrefix: string | undefined
  /** How many workers each stage has. */
  readonly workers: Readonly<Record<Stage, number>>
  /** The workers run in processes of their own, started with `mcsim serve worker`. */
  readonly externalWorkers: boolean
  /** Whether an EOF waits for the other sessions that upload at the time. */
  readonly eof: 'per-client' | 'barrier'
  readonly maxClients: number
  /** A client that sends nothing for so long, while it is its turn, is told and closed. */
  readonly idleLimitMs: number
  readonly maxFrameBytes: number
  readonly maxRows: number
  /** Rows of small batches are gathered until a message has so many. */
  readonly chunkRows: number
  readonly prefetch: number
  readonly sweepEveryMs: number
  readonly orphanAfterMs: number
  /** Where `streamed` leaves its result files; a temporary folder where none is given. */
  readonly resultsDir: string | undefined
}

const count = (largest: number) => z.int().min(1).max(largest)
const duration = z.string(durationExpected).refine(isDuration, durationExpected)
const workerCount = count(64).default(1)

const input = z.strictObject({
  dialect: z.enum(dialectNames).default('acknowledged').describe('the client protocol'),
  broker: z
    .string()
    .regex(/^(embedded|amqps?:\/\/.+)$/, 'expected embedded or an amqp:// URL')
    .default('embedded')
    .describe('embedded, or the amqp:// URL of a RabbitMQ server'),
  queuePrefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,60}$/, 'expected up to 60 letters, digits and any of . _ -')
    .optional()
    .describe('begins the name of every queue; one of its own, or "gateway" for external workers'),
  workers: z
    .strictObject({
      filterYear: count(64).default(2),
      filterHour: count(64).default(2),
      filterAmount: count(64).default(2),
      topItems: workerCount,
      storeTotals: workerCount,
      topUsers: workerCount,
    })
    .prefault({}),
  externalWorkers: z.boolean().default(false).describe('start no workers: they are processes of their own'),
  eof: z
    .enum(['per-client', 'barrier'])
    .default('per-client')
    .describe('whether an EOF waits for all sessions that upload when it comes'),
  maxClients: count(100_000).default(1000).describe('clients connected at a time'),
  idleLimit: duration.default('60s').describe('close a client that sends nothing for so long'),
  maxFrameBytes: count(2 ** 30)
    .default(16 * 2 ** 20)
    .describe('size of a batch'),
  maxRows: count(10_000_000).default(100_000).describe('rows of a batch'),
  chunkRows: count(100_000).default(1000).describe('rows of small batches are gathered up to so many'),
  prefetch: count(10_000).default(256).describe('messages that one worker holds at a time'),
  sweepEvery: duration.default('5s').describe('how often to look for what nobody owns'),
  orphanAfter: duration.default('10m').describe('workers forget a client after hearing nothing of it for so long'),
  resultsDir: z.string().min(1).optional().describe('where the streamed dialect leaves its results'),
})

export const gatewaySettings: Schema<GatewaySettings> = createSchema(input, (settings) => {
  const { workers, idleLimit, sweepEvery, orphanAfter, resultsDir, queuePrefix, ...same } = settings
  return {
    ...same,
    workers: {
      'filter-year': workers.filterYear,
      'filter-hour': workers.filterHour,
      'filter-amount': workers.filterAmount,
      'top-items': workers.topItems,
      'store-totals': workers.storeTotals,
      'top-users': workers.topUsers,
    },
    idleLimitMs: milliseconds(idleLimit),
    sweepEveryMs: milliseconds(sweepEvery),
    orphanAfterMs: milliseconds(orphanAfter),
    resultsDir,
    queuePrefix,
  }
})

const milliseconds = (text: string) => parseDuration(text) as number
