import type { BrokerMessage } from '../../../../targets/broker/broker.ts'
import type { Kind } from '../../wire/rows.ts'
import { type SavedProgress, UploadProgress } from '../eof/upload-progress.ts'
import type { Aggregate } from '../owners/aggregate.ts'
import { createAggregate } from '../owners/create-aggregate.ts'
import type { ClientRoute } from '../pipeline/envelope.ts'
import { type OwnerStage, ownerInputs } from '../pipeline/stages.ts'
import type { Table } from '../pipeline/table.ts'

export type Delivery = Pick<BrokerMessage, 'ack' | 'reject'>

/** What a checkpoint says of a client. */
export interface Snapshot {
  /** Counts the checkpoints of this client: a later one holds all that an earlier one holds. */
  readonly version: number
  readonly route: ClientRoute
  readonly progress: SavedProgress
  readonly tables: Readonly<Record<string, Table>>
}

/**
 * What an owner knows of one client, and the messages it has not acknowledged because their effect is nowhere but here.
 * A message is acknowledged when a checkpoint that covers it was confirmed, or when the client's answer was.
 */
export class OwnedClient {
  readonly route: ClientRoute
  readonly aggregate: Aggregate
  readonly progress: UploadProgress
  readonly #unacknowledged = new Map<string, Delivery>()
  #version: number
  #checkpoint: { readonly version: number; readonly delivery: Delivery } | undefined
  /** When the last message came, on the process's monotonic clock. */
  touchedAtMs = performance.now()

  constructor(stage: OwnerStage, route: ClientRoute, saved?: Snapshot, aggregate = createAggregate(stage)) {
    this.route = route
    this.#version = saved?.version ?? 0
    this.progress = new UploadProgress(ownerInputs[stage].kinds, saved?.progress)
    this.aggregate = aggregate
    for (const [name, table] of Object.entries(saved?.tables ?? {})) this.aggregate.parts[name]?.load(table)
  }

  get unacknowledged(): number {
    return this.#unacknowledged.size
  }

  data(kind: Kind, chunkIndex: number, table: Table, delivery: Delivery): void {
    const isNew = this.progress.see(kind, chunkIndex)
    if (isNew) this.aggregate.add(kind, table)
    this.#keep(`${kind} ${chunkIndex}`, isNew, delivery)
  }

  eof(kind: Kind, totalChunks: number, delivery: Delivery): void {
    this.#keep(`${kind} EOF`, this.progress.end(kind, totalChunks), delivery)
  }

  /** A snapshot to publish, and what to do once the broker has confirmed it. */
  takeSnapshot(): { readonly snapshot: Snapshot; readonly confirmed: () => void } {
    const covered = [...this.#unacknowledged.keys()]
    const tables = Object.entries(this.aggregate.parts).map(([name, part]) => [name, part.save()] as const)
    const snapshot = {
      version: ++this.#version,
      route: this.route,
      progress: this.progress.save(),
      tables: Object.fromEntries(tables),
    }
    return { snapshot, confirmed: () => this.#acknowledge(covered) }
  }

  /** Keeps the delivery of a checkpoint until a later one has come, so that a restarted worker finds it. */
  holdCheckpoint(version: number, delivery: Delivery): void {
    const held = this.#checkpoint
    if (held && held.version > version) delivery.ack()
    else {
      held?.delivery.ack()
      this.#checkpoint = { version, delivery }
    }
  }

  /** The answer was confirmed, or nobody waits for it: nothing of this client is needed any more. */
  release(): void {
    this.#acknowledge([...this.#unacknowledged.keys()])
    this.#checkpoint?.delivery.ack()
  }

  /** Brings the messages again, because their effect could not be made durable. */
  giveBack(): void {
    for (const delivery of this.#unacknowledged.values()) delivery.reject(true)
  }

  /**
   * A message that was seen before and is still unacknowledged has come again because its first delivery was lost with
   * the connection, or because a sibling sent it twice: the latest delivery stands for it. Acknowledging the earlier
   * one does nothing in the first case and removes the copy in the second.
   */
  #keep(key: string, isNew: boolean, delivery: Delivery): void {
    const earlier = this.#unacknowledged.get(key)
    if (isNew || earlier) {
      earlier?.ack()
      this.#unacknowledged.set(key, delivery)
    } else delivery.ack()
  }

  #acknowledge(keys: readonly string[]): void {
    for (const key of keys) {
      this.#unacknowledged.get(key)?.ack()
      this.#unacknowledged.delete(key)
    }
  }
}
