import { z } from 'zod'
import { createSchema } from '../../../core/schema.ts'
import type { Schema } from '../../../core/system.ts'
import { durationExpected, isDuration, parseDuration } from '../../../core/units.ts'
import { usualSymbols } from './symbols.ts'

/** What a viewer does between two looks at its session; `plan-viewer` draws from these. */
export const actNames = [
  'pause',
  'speed',
  'go-back',
  'mode',
  'symbol',
  'restart',
  'start-again',
  'second-socket',
  'return',
  'order',
] as const

export type ActName = (typeof actNames)[number]

/** What a group of viewers may say of itself. Times in milliseconds. */
export interface ReplayParams {
  readonly dialect: 'session-last' | 'session-first'
  /** `shared`: clients of the paths without a session, which all act on one session. */
  readonly session: 'own' | 'shared'
  /** `issued`: by the server, in answer to the creation. `own`: the viewer's own id, which is a marker. */
  readonly sessionIds: 'issued' | 'own'
  /** Acts of one iteration, drawn from `actNames`. */
  readonly acts: number
  /** What is drawn; an act stands as often as it is to be likely. */
  readonly behaviour: readonly ActName[]
  /** A viewer watches for about so long between two acts: half of it to one and a half. */
  readonly watchMs: number
  /** Speeds of the viewers, dealt out in turn; each is its viewers' signature. */
  readonly speeds: readonly number[]
  /** Symbols of the viewers, dealt out in turn. */
  readonly symbols: readonly string[]
  /** The mode in which a viewer begins. */
  readonly mode: 'LIVE' | 'REPLAY' | 'SIMULATION'
  /** The first viewer goes back by so many seconds of market time, each further one by one more. */
  readonly goBackFrom: number
  /** Whether the viewer deletes its session at the end and sees that it is gone. */
  readonly deletes: boolean
  /** Whether, where sessions have keys, it asks for the list of sessions, which must name no other then. */
  readonly lists: boolean
  /** Whether it lets its session expire at the end, instead of deleting it; needs `idleTtl`. */
  readonly expires: boolean
  /** Whether the history keeps the derived numbers as they came, so that those of two runs can be compared. */
  readonly keepsNumbers: boolean
  readonly requestLimitMs: number
  readonly connectTimeoutMs: number
  /** How long a snapshot of before a change may still come after the server has confirmed the change. */
  readonly settleMs: number

  // Facts of the target.
  /** One snapshot in so long at speed 1. */
  readonly periodMs: number
  /** Market time between two snapshots; undefined: the viewer finds it out where it is always the same. */
  readonly stepMs: number | undefined
  /** A session plays from its first moment, without having been started. */
  readonly autoplay: boolean
  /** A switch of mode or symbol starts a session that was stopped. */
  readonly switchPlays: boolean
  /** Each stream begins with a history, if only an empty one. */
  readonly history: boolean
  /** Whoever connects with the id of a session that is gone gets a new one. */
  readonly resurrects: boolean
  /** A session that nobody has used for so long is gone; undefined: not known. */
  readonly idleTtlMs: number | undefined
  /** The mode is one for all sessions, and no leak. */
  readonly globalMode: boolean
  /** Sockets that a session may have at once. */
  readonly socketsPerSession: number
  /** Requests per minute that the server allows to one address; undefined: as many as one likes. */
  readonly requestsPerMinute: number | undefined
  /** `formulas`: derived numbers are as `market-formulas` has them. `announced`: where the server says so. */
  readonly analytics: 'announced' | 'formulas' | 'off'
  /** A server that was late may make up for so much at once. */
  readonly catchUpMs: number
  /** By so much a server's clock may be faster than ours: 0.1 is ten per cent. */
  readonly rateTolerance: number
  /** Sessions have keys, and nobody without one may see or control them. */
  readonly sessionKeys: boolean
  /** The target is not short of room during the run: a session that does not play was harmed by others. */
  readonly dependable: boolean
}

const duration = z.string(durationExpected).refine(isDuration, durationExpected)
const symbol = z.string().regex(/^[A-Za-z0-9._:/-]{1,30}$/, 'expected the name of a symbol, such as BTCUSD')
const dialects = ['session-last', 'session-first'] as const

const document = z
  .strictObject({
    dialect: z.enum(dialects).default('session-last'),
    session: z.enum(['own', 'shared']).default('own'),
    sessionIds: z.enum(['issued', 'own']).optional(),
    acts: z.int().min(0).max(100_000).default(8),
    behaviour: z.array(z.enum(actNames)).min(1).optional(),
    watch: duration.default('1s'),
    speeds: z.array(z.number().min(1).max(10)).min(1).default([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    symbols: z
      .array(symbol)
      .min(1)
      .default([...usualSymbols]),
    mode: z.enum(['LIVE', 'REPLAY', 'SIMULATION']).default('REPLAY'),
    goBackFrom: z.number().min(0).max(1_000_000).default(2),
    deletes: z.boolean().default(true),
    lists: z.boolean().default(true),
    expires: z.boolean().default(false),
    keepsNumbers: z.boolean().default(false),
    requestLimit: duration.default('5s'),
    connectTimeout: duration.default('5s'),
    settle: duration.default('2s'),
    period: duration.default('250ms'),
    step: duration.optional(),
    autoplay: z.boolean().default(false),
    switchPlays: z.boolean().default(false),
    history: z.boolean().default(true),
    resurrects: z.boolean().optional(),
    idleTtl: duration.optional(),
    globalMode: z.boolean().optional(),
    socketsPerSession: z.int().min(1).default(4),
    requestsPerMinute: z.int().min(1).optional(),
    analytics: z.enum(['announced', 'formulas', 'off']).default('announced'),
    catchUp: duration.default('1s'),
    rateTolerance: z.number().min(0).max(10).default(0.1),
    sessionKeys: z.boolean().default(false),
    dependable: z.boolean().default(false),
  })
  .refine(({ expires, idleTtl }) => !expires || idleTtl !== undefined, {
    path: ['idleTtl'],
    error: 'expected the time after which the server lets a session expire, because of "expires: true"',
  })
  .refine(({ dialect, sessionIds }) => dialect === 'session-last' || sessionIds !== 'issued', {
    path: ['sessionIds'],
    error: 'expected "own" in the dialect session-first, whose servers issue no ids',
  })

export const replayParams: Schema<ReplayParams> = createSchema(document, (input) => {
  const { watch, requestLimit, connectTimeout, settle, period, step, idleTtl, catchUp, ...same } = input
  const isFirst = input.dialect === 'session-first'
  const globalMode = input.globalMode ?? isFirst
  return {
    ...same,
    sessionIds: input.sessionIds ?? (isFirst ? 'own' : 'issued'),
    behaviour: input.behaviour ?? actNames.filter((name) => isPossible(name, globalMode)),
    watchMs: toMs(watch),
    requestLimitMs: toMs(requestLimit),
    connectTimeoutMs: toMs(connectTimeout),
    settleMs: toMs(settle),
    periodMs: toMs(period),
    stepMs: step === undefined ? undefined : toMs(step),
    resurrects: input.resurrects ?? isFirst,
    idleTtlMs: idleTtl === undefined ? undefined : toMs(idleTtl),
    globalMode,
    requestsPerMinute: input.requestsPerMinute,
    catchUpMs: toMs(catchUp),
  }
})

/** Where the mode is one for all, a viewer that changed it would disturb everybody. */
const isPossible = (act: ActName, globalMode: boolean) => !globalMode || !['mode', 'symbol', 'order'].includes(act)

const toMs = (text: string) => parseDuration(text) as number
