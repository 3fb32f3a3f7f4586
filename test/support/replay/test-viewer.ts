import type { SimulatedClient } from '../../../src/core/client.ts'
import type { RunEvent } from '../../../src/core/event.ts'
import type { ClientIndex } from '../../../src/core/plan.ts'
import { createClient } from '../../../src/systems/replay/client/create-client.ts'
import { type ReplayParams, replayParams } from '../../../src/systems/replay/params/replay-params.ts'
import { createEventList, type EventList } from '../event-list.ts'

export function replayParamsOf(input: object): ReplayParams {
  const parsed = replayParams.parse(input)
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

export interface TestViewer {
  readonly client: SimulatedClient
  readonly list: EventList
  /** Operations with their outcome: `pause ok`, `watch failed refused`; in order of their completion. */
  outcomes(): string[]
  /** Values of the completions of an operation. */
  valuesOf(operation: string): unknown[]
  delivered(channel: string): unknown[]
  ofType<Type extends RunEvent['type']>(type: Type): Extract<RunEvent, { type: Type }>[]
  /** Opens, lives through `iterations` and closes; what `iterate` returned. */
  live(signal?: AbortSignal, iterations?: number): Promise<boolean[]>
}

const quick = { watch: '20ms', period: '5ms', settle: '500ms', requestLimit: '2s', acts: 0 }

export function createTestViewer(url: string, input: object = {}, index = 0): TestViewer {
  const list = createEventList(index)
  const arrival = {
    client: index as ClientIndex,
    group: 'viewers',
    indexInGroup: index,
    seed: 11 + index,
    scheduledAtMs: 0,
  }
  const params = replayParamsOf({ ...quick, ...input })
  const client = createClient({ runId: 'r1', arrival, params, target: { url }, recorder: list.recorder })
  const ofType = <Type extends RunEvent['type']>(type: Type) =>
    list.events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type)
  return {
    client,
    list,
    ofType,
    outcomes: () =>
      ofType('completion').map(({ operation, outcome, errorCode }) =>
        [operation, outcome, errorCode].filter((part) => part !== undefined).join(' '),
      ),
    valuesOf: (operation) =>
      ofType('completion').flatMap((event) => (event.operation === operation ? [event.value] : [])),
    delivered: (channel) => ofType('delivery').flatMap((event) => (event.channel === channel ? [event.value] : [])),
    async live(signal = new AbortController().signal, iterations = 1) {
      const results: boolean[] = []
      if (await client.open(signal)) {
        for (let i = 0; i < iterations; i++) results.push(await client.iterate(i, signal))
      }
      await client.close()
      return results
    },
  }
}
