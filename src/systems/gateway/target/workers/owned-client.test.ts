import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Kind } from '../../wire/rows.ts'
import type { ClientRoute } from '../pipeline/envelope.ts'
import { createTable } from '../pipeline/tables-from-rows.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { OwnedClient } from './owned-client.ts'

const route: ClientRoute = {
  clientId: 'c',
  replyTo: 'results.c',
  partitions: { 'top-items': 0, 'store-totals': 0, 'top-users': 0 },
}

const amountOf = (chunk: number) => 2 ** chunk
const tableOf = (chunk: number) =>
  createTable([amountOf(chunk)], {
    numbers: { storeId: () => 1, finalAmount: (amount) => amount, createdAtS: () => Date.UTC(2024, 0, 1) / 1000 },
  })

type Message = { readonly kind: Kind; readonly chunk?: number; readonly total?: number }

/** Keeps what was not acknowledged, as a broker does, and brings it again after a crash. */
class FakeQueue<T> {
  ready: T[]
  readonly #held = new Set<{ readonly message: T }>()

  constructor(ready: readonly T[]) {
    this.ready = [...ready]
  }

  take(at: number) {
    const [message] = this.ready.splice(at % this.ready.length, 1) as [T]
    const held = { message }
    this.#held.add(held)
    const ack = () => void this.#held.delete(held)
    const reject = () => {
      if (this.#held.delete(held)) this.ready.push(message)
    }
    return { message, delivery: { ack, reject } }
  }

  /** What was delivered to the one who died is ready again; that one can no longer acknowledge. */
  recover(): void {
    this.ready.push(...[...this.#held].map(({ message }) => message))
    this.#held.clear()
  }
}

/** The owner of one client, which can be killed between any two steps. */
class Owner {
  readonly data: FakeQueue<Message>
  readonly state = new FakeQueue<{ readonly version: number; readonly body: Buffer }>([])
  client = new OwnedClient('store-totals', route)

  constructor(messages: readonly Message[]) {
    this.data = new FakeQueue(messages)
  }

  step(at: number): void {
    const { message, delivery } = this.data.take(at)
    if (message.chunk !== undefined) {
      const { chunk } = message
      this.client.data(message.kind, chunk, tableOf(chunk), delivery)
    } else this.client.eof(message.kind, message.total ?? 0, delivery)
  }

  checkpoint(confirmed: 'confirmed' | 'confirm lost' | 'refused'): void {
    const taken = this.client.takeSnapshot()
    if (confirmed === 'refused') return
    this.state.ready.push({ version: taken.snapshot.version, body: encodeCheckpoint(taken.snapshot) })
    if (confirmed === 'confirmed') taken.confirmed()
  }

  crash(): void {
    this.data.recover()
    this.state.recover()
    this.client = new OwnedClient('store-totals', route)
    this.readCheckpoints(true)
  }

  readCheckpoints(isStarting: boolean): void {
    // A restarted owner reads them in the order in which they were written; elsewhere a late one may be overtaken.
    if (isStarting) this.state.ready.sort((a, b) => a.version - b.version)
    else this.state.ready.reverse()
    while (this.state.ready.length > 0) {
      const { message, delivery } = this.state.take(0)
      if (isStarting) {
        this.client.release()
        this.client = new OwnedClient('store-totals', route, decodeCheckpoint(message.body))
      }
      this.client.holdCheckpoint(message.version, delivery)
    }
  }
}

const chunks = 20
const messages: Message[] = [
  ...Array.from({ length: chunks }, (_, chunk) => ({ kind: 'transactions', chunk }) as const),
  { kind: 'transactions', total: chunks },
  { kind: 'stores', total: 0 },
]

const actions = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('step' as const), at: fc.nat(1000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('step twice' as const), at: fc.nat(1000) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('confirmed', 'confirm lost', 'refused') }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('crash', 'read checkpoints', 'give back') }) },
  ),
  { maxLength: 120 },
)

describe('the owner of a client', () => {
  it('counts every chunk exactly once, whatever is redelivered, checkpointed or killed in between', () => {
    fc.assert(
      fc.property(actions, (todo) => {
        const owner = new Owner(messages)
        for (const action of todo) {
          if (action.do === 'crash') owner.crash()
          else if (action.do === 'read checkpoints') owner.readCheckpoints(false)
          else if (action.do === 'give back') owner.client.giveBack()
          else if (!('at' in action)) owner.checkpoint(action.do)
          else if (owner.data.ready.length > 0) {
            const again = owner.data.ready[action.at % owner.data.ready.length] as Message
            if (action.do === 'step twice') owner.data.ready.push(again)
            owner.step(action.at)
          }
        }
        while (owner.data.ready.length > 0) owner.step(0)
        expect(owner.client.progress.complete).toBe(true)
        expect(owner.client.aggregate.answer()).toEqual([
          { query: 'q3', rows: [{ half: '2024-H1', storeId: 1, storeName: '', total: 2 ** chunks - 1 }] },
        ])
        owner.readCheckpoints(false)
        owner.client.release()
        owner.data.recover()
        owner.state.recover()
        expect([owner.data.ready, owner.state.ready]).toEqual([[], []])
      }),
      { numRuns: 1000 },
    )
  })
})
