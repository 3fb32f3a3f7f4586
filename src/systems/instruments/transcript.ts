import type { Delivery, RunEvent } from '../../core/event.ts'
import type { PlannedClient } from '../../core/plan.ts'
import type { Fact, Transcriber, TranscriptRules } from '../../core/transcript.ts'
import type { InstrumentsParams } from './params/instruments-params.ts'
import { readValue, type UpdateValue, updateChannels } from './workload/event-values.ts'
import { type ExpectedFigures, expectFigures, type FigureName } from './workload/expected-figures.ts'
import { type PlannedPair, planPair } from './workload/plan-pair.ts'

/**
 * The figures of a file hang on that file alone. Each run has heights of its own, so that figures are compared as shares of
 * what the heights lead to. A pair with a fixed user id is known from an earlier run.
 */
export const instrumentsTranscript: TranscriptRules<InstrumentsParams> = {
  unordered: [],
  tolerance: 1e-6,
  follow: (client) =>
    client.arrival.indexInGroup < client.params.userIds.length || !client.params.agent
      ? undefined
      : new PairTranscriber(client),
}

const figureNames: readonly FigureName[] = ['peak', 'charge', 'anodic', 'cathodic']

class PairTranscriber implements Transcriber {
  private readonly facts: Fact[] = []
  private readonly pair: PlannedPair
  private readonly expected: ExpectedFigures
  private readonly params: InstrumentsParams

  constructor(client: PlannedClient<InstrumentsParams>) {
    this.params = client.params
    this.pair = planPair(client)
    this.expected = expectFigures(this.pair, client.params)
  }

  observe(event: RunEvent): void {
    if (event.type === 'delivery' && event.channel === updateChannels[this.params.mode]) this.take(event)
  }

  listFacts(): readonly Fact[] {
    return this.facts
  }

  private take({ value, atMs }: Delivery): void {
    const update = readValue<UpdateValue>(value) as Partial<Record<string, unknown>>
    const { filename } = update
    const file = typeof filename === 'string' ? this.pair.findFile(filename) : undefined
    if (!file) return
    // What a server calls the mean of all is its own business.
    const isEach = this.params.electrodeChoice === 'each' && typeof update['electrode'] === 'number'
    const electrode = isEach ? (update['electrode'] as number) : null
    const fields: Record<string, number> = {}
    for (const name of figureNames) {
      const told = update[name]
      if (typeof told === 'number') fields[name] = told / this.expected.figure(name, file, electrode)
    }
    const { session, number, frequency } = file
    this.facts.push({ kind: 'figures', key: `${session} ${number} ${frequency} ${electrode}`, fields, atMs })
  }
}
