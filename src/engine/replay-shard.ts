import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { type HistorySummary, readHistory } from '../check/history/read-history.ts'
import { McsimError } from '../core/errors.ts'
import type { Plan, Shard } from '../core/plan.ts'
import type { System } from '../core/system.ts'
import { endCutHistory } from './end-cut-history.ts'
import { listMembers } from './list-members.ts'
import { observeShard } from './observe-shard.ts'
import { endFromFacts, type ShardEnd, type ShardResult } from './shard-result.ts'

/** Gives the history of one shard to those who observed it while it was written, and concludes as they did. */
export async function replayShard(
  historyFile: string,
  plan: Plan,
  shard: Shard,
  systems: readonly System[],
): Promise<ShardResult> {
  const name = basename(historyFile)
  const observed = observeShard(listMembers(plan, shard, systems))
  const ender = endCutHistory(plan.arrivals(shard), observed)
  const history = await readHistory(name, readChunks(historyFile), ender)
  checkBelongs(name, history, plan, shard)
  const { end } = history
  if (!end || end.unwritten > 0) ender.end()
  const known: ShardEnd = end ? endFromFacts(end.facts) : { durationMs: ender.lastMs, bugs: [] }
  const cut = describeCut(name, history)
  return {
    ...observed.conclude(),
    ...known,
    historyFile,
    unwritten: end?.unwritten ?? 0,
    ...(cut !== undefined && { cut }),
  }
}

const readBytes = 1 << 20

/** A run that was killed early may not even have made the file. */
async function* readChunks(path: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: readBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function checkBelongs(name: string, { runId, thread }: HistorySummary, plan: Plan, shard: Shard): void {
  if ((runId ?? plan.runId) === plan.runId && (thread ?? shard.index) === shard.index) return
  throw new McsimError({
    code: 'foreign-history',
    message: `${name} is the history of thread ${thread} of run ${runId}; run.json is of run ${plan.runId}, thread ${shard.index} was expected.`,
    hint: 'A folder holds the files of one run: put back the file that belongs here.',
  })
}

function describeCut(name: string, { events, end }: HistorySummary): string | undefined {
  if (!end) return `${name} was cut after event ${events}`
  if (end.unwritten === 0) return undefined
  return `${name} met its limit after event ${events}, and ${end.unwritten} that followed are not in it`
}
