import { z } from 'zod'
import { createSchema } from '../../core/schema.ts'
import type { Schema } from '../../core/system.ts'
import { durationExpected, isDuration, parseDuration } from '../../core/units.ts'

/** What a group of uploaders may say of itself; durations in milliseconds. */
export interface GatewayParams {
  readonly dialect: 'acknowledged' | 'streamed' | 'sequenced'
  /** Transactions that each client generates for each upload; without meaning where there is a data folder. */
  readonly rows: number
  /** Rows of one batch at most. */
  readonly batchRows: number
  /** Holds one dataset for all, or one subfolder per client, which are taken in order of names and round again. */
  readonly dataFolder?: string
  /** Data of a folder get markers in ids and names, and amounts that differ per client. */
  readonly stamp: boolean
  /** `colliding`: the clients share every key that a server might key on, and differ in every value. */
  readonly cohort: 'distinct' | 'colliding'
  /** Batches of the five kinds take turns. */
  readonly interleave: boolean
  readonly connectTimeoutMs: number
  readonly answerTimeoutMs: number
  /** So long after the last result the client gives up on the missing ones. */
  readonly resultsIdleMs: number
  /** Result files are read when they have not changed for so long. */
  readonly settleMs: number
  /** So long the client listens on after all results, for what should not come. */
  readonly lingerMs: number
  /** Share of the rows after which the client drops its connection, in its first `leaveIterations` iterations. */
  readonly leaveAt?: number
  readonly leaveIterations: number
  /** Share of the rows after which the client sends a malformed frame, in its first `malformedIterations` iterations. */
  readonly malformedAt?: number
  readonly malformedIterations: number
  /** `oversized`: the malformed frame says that it is longer than any server takes. */
  readonly malformedFrame: 'garbled' | 'oversized'
  /** Each EOF is sent twice; the second must be answered once, too. */
  readonly duplicateEnd: boolean
  /** Iterations on one connection are parted by a SESSION_RESET. */
  readonly resetBetween: boolean
  /**
   * The target is neither restarted nor short of slots during the run: whoever is refused or cut off without a fault of
   * its own was harmed by others.
   */
  readonly dependable: boolean
  readonly rules: OracleRules
}

/** Where servers of this kind differ in what they answer. */
export interface OracleRules {
  /** Whether 23:00:01 to 23:59:59 counts as "until 23:00". */
  readonly hourEnd: 'exact' | 'inclusive-hour'
  /** How the server keeps amounts. */
  readonly amounts: 'decimal' | 'float32'
  /** Share of a sum by which an answer may differ from it; 0 is exact. */
  readonly tolerance: number
  /** The dialect has no dates before 1970: they arrive as 1970-01-01. */
  readonly datesFrom1970: boolean
}

/** Up to so many rows every sum of generated data is exact in float32, in any order (see `workload/generate-rows.ts`). */
export const exactRows = 1_200_000

const duration = z.string(durationExpected).refine(isDuration, durationExpected)
const share = z.number().gt(0).lt(1)
const iterations = z.int().min(1).default(1)

const document = z
  .strictObject({
    dialect: z.enum(['acknowledged', 'streamed', 'sequenced']).default('acknowledged'),
    rows: z.int().min(1).max(16_000_000).default(2000),
    batchRows: z.int().min(1).max(100_000).default(500),
    dataFolder: z.string().min(1).optional(),
    stamp: z.boolean().default(true),
    cohort: z.enum(['distinct', 'colliding']).default('distinct'),
    interleave: z.boolean().default(false),
    connectTimeout: duration.default('10s'),
    answerTimeout: duration.default('30s'),
    resultsIdleLimit: duration.default('30s'),
    settleTime: duration.default('2s'),
    linger: duration.default('200ms'),
    leaveAt: share.optional(),
    leaveIterations: iterations,
    malformedAt: share.optional(),
    malformedIterations: iterations,
    malformedFrame: z.enum(['garbled', 'oversized']).default('garbled'),
    duplicateEnd: z.boolean().default(false),
    resetBetween: z.boolean().default(false),
    dependable: z.boolean().default(false),
    hourEnd: z.enum(['exact', 'inclusive-hour']).default('exact'),
    amounts: z.enum(['decimal', 'float32']).optional(),
    tolerance: z.number().min(0).lt(1).optional(),
  })
  .refine(({ interleave, dialect }) => !interleave || dialect === 'sequenced', {
    path: ['interleave'],
    error: 'expected false, because only the sequenced dialect lets kinds take turns',
  })
  .refine(({ resetBetween, dialect }) => !resetBetween || dialect === 'acknowledged', {
    path: ['resetBetween'],
    error: 'expected false, because only the acknowledged dialect has a SESSION_RESET',
  })
  .refine(({ duplicateEnd, dialect }) => !duplicateEnd || dialect === 'acknowledged', {
    path: ['duplicateEnd'],
    error: 'expected false, because only the acknowledged dialect answers the end of a kind',
  })
  .refine(({ cohort, dataFolder }) => cohort === 'distinct' || dataFolder === undefined, {
    path: ['cohort'],
    error: 'expected distinct, because the rows of a data folder are as they are',
  })
  .refine(({ leaveAt, malformedAt }) => leaveAt === undefined || malformedAt === undefined, {
    path: ['malformedAt'],
    error: 'expected only one of leaveAt and malformedAt',
  })

export const gatewayParams: Schema<GatewayParams> = createSchema(document, (input) => {
  const { connectTimeout, answerTimeout, resultsIdleLimit, settleTime, linger, ...rest } = input
  const { dataFolder, leaveAt, malformedAt, hourEnd, amounts, tolerance, ...plain } = rest
  return {
    ...plain,
    ...(dataFolder !== undefined && { dataFolder }),
    ...(leaveAt !== undefined && { leaveAt }),
    ...(malformedAt !== undefined && { malformedAt }),
    connectTimeoutMs: toMs(connectTimeout),
    answerTimeoutMs: toMs(answerTimeout),
    resultsIdleMs: toMs(resultsIdleLimit),
    settleMs: toMs(settleTime),
    lingerMs: toMs(linger),
    rules: chooseRules(input),
  }
})

/** Two dialects carry amounts as float32. Sums of foreign data depend on the order in which a server adds them up. */
function chooseRules(input: z.output<typeof document>): OracleRules {
  const amounts = input.amounts ?? (input.dialect === 'acknowledged' ? 'decimal' : 'float32')
  const isExact = input.dataFolder === undefined && (amounts === 'decimal' || input.rows <= exactRows)
  const tolerance = input.tolerance ?? (isExact ? 0 : amounts === 'decimal' ? 1e-9 : 1e-4)
  return { hourEnd: input.hourEnd, amounts, tolerance, datesFrom1970: input.dialect === 'sequenced' }
}

function toMs(text: string): number {
  return parseDuration(text) as number
}
