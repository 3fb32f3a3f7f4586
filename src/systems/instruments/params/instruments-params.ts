import { z } from 'zod'
import { createSchema } from '../../../core/schema.ts'
import type { Schema } from '../../../core/system.ts'
import { durationExpected, isDuration, parseDuration } from '../../../core/units.ts'

export const modes = ['swv', 'cv', 'frequency-map'] as const
export type Mode = (typeof modes)[number]

/** What a group of pairs may say of itself; times in milliseconds, shares 0…1. A pair is an agent and its viewers. */
export interface InstrumentsParams {
  /** User ids of the first pairs of the group; further ones get markers. */
  readonly userIds: readonly string[]
  /** `colliding`: all pairs use the same handles and file names, and differ in their values alone. */
  readonly cohort: 'distinct' | 'colliding'
  readonly mode: Mode
  /** False: viewers whose user has no agent. */
  readonly agent: boolean
  readonly viewers: number
  readonly agentToken: string
  /** Shown by the agent, and by its viewers where the server wants it. */
  readonly viewerKeys: boolean
  readonly transport: 'websocket' | 'polling' | 'mixed'
  /** A second server of the same cluster: viewers connect there, and agents that return change the server. */
  readonly secondUrl: string | undefined
  /** Files of one session, over all frequencies. */
  readonly files: number
  /** Hertz. */
  readonly frequencies: readonly number[]
  /** Of one sweep of 0.6 V: whole millivolts apart, and the peak is one of them. */
  readonly points: number
  readonly electrodes: number
  /** `average`: figures of the mean of all; `each`: of every electrode. */
  readonly electrodeChoice: 'average' | 'each'
  readonly peakOption: 'height' | 'area'
  /** Points of the smoothing window, and degree of its polynomial. */
  readonly windowPoints: number
  readonly degree: number
  /** The agent rests for so long between two files. */
  readonly fileIntervalMs: number
  /** After so long without an answer the agent sends its next file. */
  readonly answerLimitMs: number
  readonly requestLimitMs: number
  readonly connectLimitMs: number
  /** How long what the server owes may take to come. */
  readonly settleMs: number
  /** So long the server keeps the session of an agent that is gone. */
  readonly graceMs: number
  /** After so long at the latest the server notices that a connection has fallen silent. */
  readonly noticeMs: number
  /** `every-file`: also an invalid file is answered. */
  readonly ackPolicy: 'every-file' | 'valid-files'
  /** `known`: figures are those of the documented analysis; `proportional`: they are that, times one unknown number. */
  readonly scale: 'known' | 'proportional'
  /** Largest relative difference that is none. */
  readonly tolerance: number
  /** Share of the files before or after whose sending the agent leaves; it comes back within the grace. */
  readonly leaveShare: number
  readonly awayMs: number
  /** Share of the sessions in the middle of which the agent stays away for longer than the grace. */
  readonly longLeaveShare: number
  /** Share of the sessions in which the agent falls silent: its socket is paused and not closed. */
  readonly silentShare: number
  /** Share of the pairs that try a second agent with their own user id. */
  readonly rivalShare: number
  /** Where the server wants keys: share of the pairs that try a viewer without one. */
  readonly keylessShare: number
  /** Share of the pairs that try an agent and a viewer without user id. */
  readonly namelessShare: number
  /** How long to wait for a refusal. */
  readonly refusalMs: number
  /** Share of the files before which an invalid one is sent. */
  readonly invalidShare: number
  /** Share of the sessions that begin with a preview; CV only. */
  readonly previewShare: number
  /** Share of the sessions in which a viewer has the segments of a file of its own found; CV only. */
  readonly segmentsShare: number
  /** Share of the sessions in which one more viewer asks and leaves at once. */
  readonly vanishShare: number
  /** How long agent and viewers wait after the files, for what comes late. */
  readonly lingerMs: number
}

const duration = z.string(durationExpected).refine(isDuration, durationExpected)
const share = z.number().min(0).max(1).default(0)
const odd = (value: number) => value % 2 === 1

/** The sweep is 600 mV wide, and its peak is in the middle. */
const hasWholeSteps = (points: number) => odd(points) && 600 % (points - 1) === 0

const document = z
  .strictObject({
    userIds: z.array(z.string().min(1).max(100)).default([]),
    cohort: z.enum(['distinct', 'colliding']).default('distinct'),
    mode: z.enum(modes).default('swv'),
    agent: z.boolean().default(true),
    viewers: z.int().min(0).max(100).default(1),
    agentToken: z.string().min(1).default('mcsim-agent'),
    viewerKeys: z.boolean().default(false),
    transport: z.enum(['websocket', 'polling', 'mixed']).default('websocket'),
    secondUrl: z
      .string()
      .regex(/^http:\/\/.+/, 'expected an http:// URL')
      .optional(),
    files: z.int().min(0).max(100_000).default(8),
    frequencies: z.array(z.number().positive()).min(1).default([15, 100]),
    points: z
      .int()
      .min(21)
      .max(601)
      .refine(hasWholeSteps, 'expected one of 21, 25, 31, 41, 51, 61, 101, 121, 151, 201, 301, 601')
      .default(61),
    electrodes: z.int().min(1).max(64).default(1),
    electrodeChoice: z.enum(['average', 'each']).default('average'),
    peakOption: z.enum(['height', 'area']).default('height'),
    windowPoints: z.int().min(5).max(21).refine(odd, 'expected an odd number').default(5),
    degree: z.int().min(2).max(3).default(2),
    fileInterval: duration.default('0ms'),
    answerLimit: duration.default('30s'),
    requestLimit: duration.default('5s'),
    connectTimeout: duration.default('5s'),
    settleTime: duration.default('5s'),
    grace: duration.default('2s'),
    noticeTime: duration.default('45s'),
    ackPolicy: z.enum(['every-file', 'valid-files']).default('every-file'),
    scale: z.enum(['known', 'proportional']).default('known'),
    tolerance: z.number().positive().max(0.5).default(1e-6),
    leaveShare: share,
    away: duration.default('300ms'),
    longLeaveShare: share,
    silentShare: share,
    rivalShare: share,
    keylessShare: z.number().min(0).max(1).default(1),
    namelessShare: share,
    refusalTime: duration.default('1s'),
    invalidShare: share,
    previewShare: share,
    segmentsShare: share,
    vanishShare: share,
    linger: duration.default('0ms'),
  })
  .refine(({ userIds }) => new Set(userIds).size === userIds.length, {
    path: ['userIds'],
    error: 'expected an id of its own for each pair, because two agents with one id are one agent',
  })

export const instrumentsParams: Schema<InstrumentsParams> = createSchema(document, (input) => {
  const { fileInterval, answerLimit, requestLimit, connectTimeout, settleTime, secondUrl, ...rest } = input
  const { grace, noticeTime, away, refusalTime, linger, ...same } = rest
  return {
    ...same,
    secondUrl,
    fileIntervalMs: toMs(fileInterval),
    answerLimitMs: toMs(answerLimit),
    requestLimitMs: toMs(requestLimit),
    connectLimitMs: toMs(connectTimeout),
    settleMs: toMs(settleTime),
    graceMs: toMs(grace),
    noticeMs: toMs(noticeTime),
    awayMs: toMs(away),
    refusalMs: toMs(refusalTime),
    lingerMs: toMs(linger),
  }
})

const toMs = (text: string) => parseDuration(text) as number
