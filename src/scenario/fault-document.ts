import { z } from 'zod'
import { type FaultRule, faultSteps, simultaneousStart } from '../core/fault.ts'
import { maxClients } from '../core/marker.ts'
import { createSchema } from '../core/schema.ts'
import { parseDuration } from '../core/units.ts'
import { duration, positiveDuration, toMs } from './document.ts'

/* The shape of one entry of `faults`. What a kind has no use for is an unknown key of it. */

const momentOrSpan = 'expected a time such as 2s, or a span such as 2s..5s'
const countOrShare = 'expected a number of clients of each group, or a share such as 20%'

const sharePattern = /^(\d{1,3}(?:\.\d+)?)%$/

/** 0.2 of `20%`; undefined where the text is none, or nobody or more than everybody. */
function readShare(text: string): number | undefined {
  const percent = Number(sharePattern.exec(text)?.[1])
  return percent > 0 && percent <= 100 ? percent / 100 : undefined
}

/** Both ends of `2s..5s`, or twice the same of `2s`. */
function readSpan(text: string): readonly [number, number] | undefined {
  const [from, until = from, ...more] = text.split('..').map((part) => parseDuration(part.trim()))
  if (from === undefined || until === undefined || more.length > 0 || until < from) return undefined
  return text.includes('..') || from === until ? [from, until] : undefined
}

const who = {
  groups: z.array(z.string()).min(1).exactOptional(),
  clients: z
    .union([z.int(countOrShare).min(1).max(maxClients), z.string(countOrShare)], countOrShare)
    .refine((value) => typeof value === 'number' || readShare(value) !== undefined, countOrShare)
    .default('100%'),
}

const network = {
  ...who,
  at: z.string(momentOrSpan).refine((text) => readSpan(text) !== undefined, momentOrSpan),
  every: positiveDuration.exactOptional(),
  role: z.string().min(1).exactOptional(),
}

const lasting = { ...network, for: positiveDuration.default('2s') }

const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['cancel', 'reset', 'reconnect-storm']), ...network }),
  z.strictObject({ kind: z.enum(['half-close', 'silent-drop']), ...lasting }),
  z.strictObject({
    kind: z.literal('slow-reader'),
    ...lasting,
    bytesPerSecond: z.int().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal(simultaneousStart),
    ...who,
    at: duration,
  }),
  z.strictObject({ kind: z.enum(faultSteps), ...who }),
])

/** A rule whose groups, where none are named, are for the caller to fill in. */
export interface FaultShape extends Omit<FaultRule, 'groups'> {
  readonly groups?: readonly string[]
}

export const faultSchema = createSchema(fault, (input): FaultShape => {
  const { kind, groups } = input
  const clients =
    typeof input.clients === 'number' ? { count: input.clients } : { share: readShare(input.clients) as number }
  const [fromMs, untilMs] = ('at' in input ? readSpan(input.at) : undefined) ?? [0, 0]
  return {
    kind,
    ...(groups && { groups }),
    clients,
    fromMs,
    untilMs,
    ...('every' in input && input.every !== undefined && { everyMs: toMs(input.every) }),
    lastsMs: 'for' in input ? toMs(input.for) : 0,
    bytesPerSecond: 'bytesPerSecond' in input ? input.bytesPerSecond : 0,
    ...('role' in input && input.role !== undefined && { role: input.role }),
  }
})
