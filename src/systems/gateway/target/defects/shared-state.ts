import type { Kind } from '../../wire/rows.ts'
import type { Aggregate } from '../owners/aggregate.ts'
import { createAggregate } from '../owners/create-aggregate.ts'
import { NameLookup } from '../owners/lookups.ts'
import type { ClientRoute } from '../pipeline/envelope.ts'
import type { OwnerStage } from '../pipeline/stages.ts'
import type { Table } from '../pipeline/table.ts'
import type { PendingRows } from '../sessions/chunker.ts'

/**
 * State that belongs to one client each and that the planted defects keep for all clients together. Without a defect
 * nothing is ever in it.
 */
export class SharedState {
  /** `mixed-chunks`: rows that wait for more, by kind. */
  readonly pendingRows: PendingRows = new Map()
  /** `shared-menu` */
  readonly menu = new FirstMenu()
  /** `buffer-bleed`: the buffer in which texts are put together, as the last one left it. */
  readonly scratch = Buffer.alloc(1024)
  /** `recycled-handle`: what a slot still had to write when its client left. */
  readonly unsent: string[] = []
  /** `eof-overtakes-data`: what a worker holds while a sibling passes on the EOF, by client and kind. */
  readonly heldChunks = new Map<string, HeldChunk>()
  readonly #aggregates = new Map<OwnerStage, Aggregate>()
  readonly #counts = new Map<string, number>()
  readonly #routes: ClientRoute[] = []

  /** `shared-aggregate`: one for all clients of a stage. */
  aggregateOf(stage: OwnerStage): Aggregate {
    const aggregate = this.#aggregates.get(stage) ?? createAggregate(stage)
    this.#aggregates.set(stage, aggregate)
    return aggregate
  }

  /** `global-eof-counter`, `unscoped-dedup`: how often it was called with this key. */
  count(key: string): number {
    const count = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, count)
    return count
  }

  /**
   * `delimiter-injection`: an envelope of text, `kind;names;session`, is taken apart at each `;`. Where a name holds
   * one, the number of the session is read from what follows, and who is not found is taken for the first.
   */
  readRoute(kind: Kind, names: string, sessionNumber: number, own: ClientRoute): ClientRoute {
    this.#routes[sessionNumber] = own
    const [, , number] = `${kind};${names};${sessionNumber}`.split(';')
    return this.#routes[Number(number)] ?? this.#routes.find((route) => route !== undefined) ?? own
  }
}

/** A chunk in the hands of a worker, which its siblings can see. */
interface HeldChunk {
  readonly holder: object
  readonly letGo: () => void
}

/** The menu of whoever came first. */
class FirstMenu extends NameLookup {
  #isLoaded = false

  constructor() {
    super('itemId', 'itemName')
  }

  override load(table: Table): void {
    if (!this.#isLoaded) super.load(table)
    this.#isLoaded = true
  }
}
