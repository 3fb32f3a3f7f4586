import { basename } from 'node:path'
import type { HistorySummary } from '../check/history/read-history.ts'
import { McsimError } from '../core/errors.ts'
import type { Plan, Shard } from '../core/plan.ts'
import type { System } from '../core/system.ts'
import { endCutHistory } from './end-cut-history.ts'
import { listMembers } from './list-members.ts'
import { observeShard } from './observe-shard.ts'
import { readHistoryFile } from './read-history-file.ts'
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
  const history = await readHistoryFile(historyFile, ender)
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
