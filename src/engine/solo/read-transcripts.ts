import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { readHistory } from '../../check/history/read-history.ts'
import type { Observer, RunEvent } from '../../core/event.ts'
import { deriveRunKey } from '../../core/marker.ts'
import type { ClientIndex, Plan } from '../../core/plan.ts'
import type { System } from '../../core/system.ts'
import type { Fact, Transcriber } from '../../core/transcript.ts'
import { listMembers } from '../list-members.ts'
import { planRun } from '../plan-run.ts'
import { historyFileName, readRunFile } from '../run-file.ts'
import { normaliseFact } from './normalise-markers.ts'

/** What some clients of one run were told, and who was there meanwhile. */
export interface RunTranscripts {
  readonly plan: Plan
  readonly facts: ReadonlyMap<ClientIndex, readonly Fact[]>
  readonly stays: ReadonlyMap<ClientIndex, Stay>
  /** Names of the history files that do not hold all that happened. */
  readonly cut: readonly string[]
}

/** On the run's clock; `untilMs` is infinite for a client that is not known to have left. */
export interface Stay {
  readonly fromMs: number
  readonly untilMs: number
}

/** Writes down from a run's folder what the given clients were told. */
export async function readTranscripts(
  dir: string,
  clients: readonly ClientIndex[],
  systems: readonly System[],
): Promise<RunTranscripts> {
  const run = await readRunFile(dir)
  const plan = planRun(run.scenario, run.runId)
  const stays = new Map<ClientIndex, Stay>()
  const transcribers = createTranscribers(plan, clients, systems)
  const observer: Observer = {
    observe(event) {
      noteStay(stays, event)
      transcribers.get(event.client)?.observe(event)
    },
  }
  const cut: string[] = []
  for (let thread = 0; thread < run.environment.threads; thread++) {
    const name = historyFileName(thread)
    const { end } = await readHistory(name, createReadStream(join(dir, name)), observer)
    if (!end || end.unwritten > 0) cut.push(name)
  }
  const key = deriveRunKey(run.runId)
  const facts = [...transcribers].map(
    ([client, transcriber]) =>
      [client, transcriber.listFacts().map((fact) => normaliseFact(fact, key, client))] as const,
  )
  return { plan, facts: new Map(facts), stays, cut }
}

function createTranscribers(
  plan: Plan,
  clients: readonly ClientIndex[],
  systems: readonly System[],
): ReadonlyMap<ClientIndex, Transcriber> {
  const members = listMembers(plan, { index: 0, count: 1 }, systems)
  const transcribers = new Map<ClientIndex, Transcriber>()
  for (const client of clients) {
    const member = members.get(client)
    const transcriber = member?.system.transcript?.follow(member.planned)
    if (transcriber) transcribers.set(client, transcriber)
  }
  return transcribers
}

function noteStay(stays: Map<ClientIndex, Stay>, { type, client, atMs }: RunEvent): void {
  if (type === 'arrived') stays.set(client, { fromMs: atMs, untilMs: Number.POSITIVE_INFINITY })
  else if (type === 'left') stays.set(client, { fromMs: stays.get(client)?.fromMs ?? 0, untilMs: atMs })
}

/** Who else was at the client's target when it was told something, or before, while it was there itself. */
export function listCompany({ plan, stays }: RunTranscripts, client: ClientIndex, atMs: number): ClientIndex[] {
  const arrivals = plan.arrivals()
  const targetOf = new Map(plan.scenario.groups.map(({ name, target }) => [name, target]))
  const own = arrivals.find((arrival) => arrival.client === client)
  const since = stays.get(client)?.fromMs ?? 0
  return arrivals.flatMap((arrival) => {
    const stay = stays.get(arrival.client)
    const isOther = arrival.client !== client && targetOf.get(arrival.group) === targetOf.get(own?.group ?? '')
    return isOther && stay && stay.fromMs <= atMs && stay.untilMs >= since ? [arrival.client] : []
  })
}
