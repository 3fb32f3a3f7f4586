import type { ClientIndex } from '../../core/plan.ts'
import { type Failing, seedAfter, type Trials } from './trials.ts'

/** What runs without a suspect say of it. `undecided`: they could not be made, or had nothing to judge. */
export interface SuspectVerdict {
  readonly client: ClientIndex
  readonly verdict: 'confirmed' | 'acquitted' | 'undecided'
  readonly sentence: string
}

/** So many runs without a suspect must stay green before it is confirmed: a leak need not show each time. */
const greenRuns = 3
const mostSuspects = 8

/** Runs the scenario again without each client that is only suspected of what was found: it is guilty if all is well then. */
export async function confirmSuspects({ document, report }: Failing, trials: Trials): Promise<SuspectVerdict[]> {
  const verdicts: SuspectVerdict[] = []
  for (const client of listSuspects(report, trials.invariant)) {
    verdicts.push(await trySuspect(client, { document, report }, trials))
  }
  return verdicts
}

function listSuspects({ findings }: Failing['report'], invariant: string): ClientIndex[] {
  const suspects = findings
    .flatMap(({ violation, examples }) => [violation, ...examples])
    .filter((violation) => violation.invariant === invariant && violation.cause?.proof === 'suspected')
    .flatMap(({ cause, recipient }) => cause?.clients.filter((client) => client !== recipient) ?? [])
  return [...new Set(suspects)].sort((a, b) => a - b).slice(0, mostSuspects)
}

async function trySuspect(client: ClientIndex, { document }: Failing, trials: Trials): Promise<SuspectVerdict> {
  const { invariant } = trials
  for (let i = 0; i < greenRuns; i++) {
    const seed = seedAfter(document, i)
    const report = await trials.run({ ...document, seed }, client)
    if (!report) {
      const sentence = `client ${client} is still suspected: ${trials.over ?? 'the scenario cannot be run without it'}`
      return { client, verdict: 'undecided', sentence }
    }
    if (trials.isViolated(report)) {
      const sentence = `client ${client} is acquitted: without it ${invariant} is still violated (seed ${seed})`
      return { client, verdict: 'acquitted', sentence }
    }
    if (!trials.isExamined(report)) {
      const sentence = `client ${client} is still suspected: without it ${invariant} had nothing to examine (seed ${seed})`
      return { client, verdict: 'undecided', sentence }
    }
  }
  const sentence = `client ${client} is confirmed: without it ${invariant} held in ${greenRuns} runs of ${greenRuns}`
  return { client, verdict: 'confirmed', sentence }
}
