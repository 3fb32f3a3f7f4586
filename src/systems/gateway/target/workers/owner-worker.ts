import { randomUUID } from 'node:crypto'
import type { BrokerMessage } from '../../../../targets/broker/broker.ts'
import type { Aggregate } from '../owners/aggregate.ts'
import { createAggregate } from '../owners/create-aggregate.ts'
import { type ClientRoute, type Content, readEnvelope, stageQueue, stateQueue } from '../pipeline/envelope.ts'
import { withoutRows } from '../pipeline/select-rows.ts'
import type { OwnerStage } from '../pipeline/stages.ts'
import { decodeTable } from '../pipeline/table.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { claimQueue } from './claim-queue.ts'
import { OwnedClient } from './owned-client.ts'
import { publish } from './publish.ts'
import { RecentIds } from './recent-ids.ts'
import type { Worker, WorkerContext } from './worker.ts'

/** As many as the protocol of RabbitMQ can say; there is one checkpoint per client. */
const checkpointPrefetch = 65_535

/**
 * Owns one partition of the clients at one stage. What it knows of a client lives in memory; the messages it was built
 * from stay unacknowledged until a checkpoint of it is in the state queue, so that whoever owns the partition next,
 * after a kill at any moment, builds the same.
 */
export async function startOwner(stage: OwnerStage, partition: number, context: WorkerContext): Promise<Worker> {
  const queue = stageQueue(context.queuePrefix, stage, partition)
  const owner = new Owner(stage, stateQueue(queue), context)
  await owner.start(queue)
  return owner
}

class Owner implements Worker {
  readonly #stage: OwnerStage
  readonly #stateQueue: string
  readonly #context: WorkerContext
  readonly #clients = new Map<string, OwnedClient>()
  readonly #finished = new RecentIds(10_000)
  readonly #busy = new Map<OwnedClient, Promise<void>>()
  /** Marks the end of the checkpoints that were there before this worker. */
  readonly #startMark = randomUUID()
  /** What came while earlier checkpoints were still being read. Undefined: they were read. */
  #parked: BrokerMessage[] | undefined = []
  #stop: (() => Promise<void>) | undefined

  constructor(stage: OwnerStage, stateQueue: string, context: WorkerContext) {
    this.#stage = stage
    this.#stateQueue = stateQueue
    this.#context = context
  }

  async start(queue: string): Promise<void> {
    const { broker, prefetch, orphanAfterMs } = this.#context
    const state = await claimQueue(this.#stateQueue, checkpointPrefetch, this.#context, (message) =>
      this.#takeState(message),
    )
    await broker.publish(this.#stateQueue, Buffer.alloc(0), { start_mark: this.#startMark })
    const data = await broker.consume(queue, { prefetch }, (message) => {
      if (this.#parked) this.#parked.push(message)
      else this.#takeSafely(message)
    })
    const sweep = setInterval(() => this.#sweep(), orphanAfterMs / 4).unref()
    this.#stop = async () => {
      clearInterval(sweep)
      await Promise.all([data.cancel(), state.cancel()])
      await Promise.all(this.#busy.values())
    }
  }

  get clients(): number {
    return this.#clients.size
  }

  async stop(): Promise<void> {
    await this.#stop?.()
  }

  #takeState(message: BrokerMessage): void {
    const mark = message.headers['start_mark']
    if (mark !== undefined) {
      message.ack()
      if (mark === this.#startMark) this.#restored()
      return
    }
    if (this.#parked) this.#restore(message)
    const version = message.headers['version'] as number
    const client = this.#clients.get(message.headers['client_id'] as string)
    if (client) client.holdCheckpoint(version, message)
    else message.ack()
  }

  /** Of several checkpoints of one client the last one counts; they come in the order in which they were written. */
  #restore({ body }: BrokerMessage): void {
    const snapshot = decodeCheckpoint(body)
    const { clientId } = snapshot.route
    this.#clients.get(clientId)?.release()
    this.#clients.set(clientId, new OwnedClient(this.#stage, snapshot.route, snapshot))
    this.#context.log.of(clientId).info('checkpoint restored', { stage: this.#stage, version: snapshot.version })
  }

  #restored(): void {
    const parked = this.#parked ?? []
    this.#parked = undefined
    for (const message of parked) this.#takeSafely(message)
    // Whoever was complete in a checkpoint gets no further message.
    for (const client of this.#clients.values()) this.#answerIfComplete(client)
  }

  /** What one client's message breaks must not end the process that works for all. */
  #takeSafely(message: BrokerMessage): void {
    try {
      this.#take(message)
    } catch (error) {
      this.#context.log.error('message dropped', { stage: this.#stage, error: String(error) })
      message.reject(false)
    }
  }

  #take(message: BrokerMessage): void {
    const envelope = readEnvelope(message)
    if (envelope.content.type === 'cancel') this.#cancel(envelope.route)
    if (this.#finished.has(envelope.route.clientId)) message.ack()
    else this.#addTo(this.#clientOf(envelope.route), envelope.content, message)
  }

  #addTo(client: OwnedClient, content: Content, message: BrokerMessage): void {
    client.touchedAtMs = performance.now()
    if (content.type === 'data') this.#addData(client, content, message)
    else if (content.type === 'eof') {
      client.eof(content.dataType, content.totalChunks, message)
      this.#logEof(client, content.dataType)
    }
    this.#answerIfComplete(client)
    this.#checkpointIfFull()
  }

  #answerIfComplete(client: OwnedClient): void {
    const isKnown = this.#clients.get(client.route.clientId) === client
    if (isKnown && client.progress.complete) this.#inBackground(client, () => this.#answer(client))
  }

  #addData(client: OwnedClient, { dataType, chunkIndex }: Extract<Content, { type: 'data' }>, message: BrokerMessage) {
    const { defect, shared } = this.#context
    const table = decodeTable(message.body)
    if (!message.redelivered && defect.acts('duplicate-on-redelivery')) {
      client.aggregate.add(dataType, table)
      message.reject(true)
      return
    }
    const isKnown = defect.acts('unscoped-dedup') && shared.count(`${this.#stage} ${dataType} ${chunkIndex}`) > 1
    client.data(dataType, chunkIndex, isKnown ? withoutRows(table) : table, message)
  }

  #clientOf(route: ClientRoute): OwnedClient {
    const known = this.#clients.get(route.clientId)
    if (known) return known
    const client = new OwnedClient(this.#stage, route, undefined, this.#createAggregate())
    this.#clients.set(route.clientId, client)
    return client
  }

  #createAggregate(): Aggregate {
    const { defect, shared } = this.#context
    if (defect.acts('shared-aggregate')) return shared.aggregateOf(this.#stage)
    return createAggregate(this.#stage, defect.acts('shared-menu') ? shared.menu : undefined)
  }

  #logEof(client: OwnedClient, kind: string): void {
    const log = this.#context.log.of(client.route.clientId)
    log.info('EOF received', { stage: this.#stage, kind })
    if (client.progress.complete) log.info('session complete', { stage: this.#stage })
    else log.info('still waiting', { stage: this.#stage, for: client.progress.waitingFor() })
  }

  async #answer(client: OwnedClient): Promise<void> {
    const parts = client.aggregate.answer()
    const { route } = client
    await Promise.all(
      parts.map((part, chunkIndex) => {
        const content = { type: 'result', query: part.query, chunkIndex, totalChunks: parts.length } as const
        return publish(this.#context, 'results', { route, content }, Buffer.from(JSON.stringify(part)))
      }),
    )
    this.#forget(client)
  }

  /** Late chunks of the client are dropped from now on. */
  #forget(client: OwnedClient): void {
    this.#finished.add(client.route.clientId)
    this.#clients.delete(client.route.clientId)
    client.release()
  }

  #cancel(route: ClientRoute): void {
    this.#forget(this.#clientOf(route))
    this.#context.log.of(route.clientId).info('session cancelled', { stage: this.#stage })
  }

  /** The broker delivers no more than `prefetch`, so room is made when half of that is used. */
  #checkpointIfFull(): void {
    const clients = [...this.#clients.values()]
    const held = clients.reduce((sum, client) => sum + client.unacknowledged, 0)
    if (held < this.#context.prefetch / 2 || this.#busy.size > 0) return
    const fullest = clients.reduce((a, b) => (b.unacknowledged > a.unacknowledged ? b : a))
    this.#inBackground(fullest, () => this.#checkpoint(fullest))
  }

  async #checkpoint(client: OwnedClient): Promise<void> {
    const { snapshot, confirmed } = client.takeSnapshot()
    const headers = { client_id: client.route.clientId, version: snapshot.version }
    await this.#context.broker.publish(this.#stateQueue, encodeCheckpoint(snapshot), headers)
    confirmed()
  }

  /** One thing at a time for each client. Where the broker fails, the client's messages come again, and with them this. */
  #inBackground(client: OwnedClient, work: () => Promise<void>): void {
    if (this.#busy.has(client)) return
    const settled = work().then(
      () => {
        this.#busy.delete(client)
        // The last of its messages may have come while its checkpoint was being written.
        this.#answerIfComplete(client)
        this.#checkpointIfFull()
      },
      (error) => {
        this.#context.log.of(client.route.clientId).warn('answer or checkpoint not taken', { error: String(error) })
        this.#busy.delete(client)
        client.giveBack()
        this.#checkpointIfFull()
      },
    )
    this.#busy.set(client, settled)
  }

  #sweep(): void {
    const oldest = performance.now() - this.#context.orphanAfterMs
    for (const client of this.#clients.values()) {
      if (client.touchedAtMs > oldest) continue
      this.#context.log.of(client.route.clientId).warn('orphan forgotten', { stage: this.#stage })
      this.#forget(client)
    }
  }
}
