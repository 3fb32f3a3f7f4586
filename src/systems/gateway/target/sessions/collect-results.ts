import type { BrokerMessage } from '../../../../targets/broker/broker.ts'
import { type AmountRow, queries, type ResultPart } from '../../wire/results.ts'
import { formatDateTime } from '../../wire/time-text.ts'
import type { DeliverPart } from '../defects/deliver-part.ts'
import { UploadProgress } from '../eof/upload-progress.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { readEnvelope } from '../pipeline/envelope.ts'
import { decodeTable, numberColumn, type Table, textAt } from '../pipeline/table.ts'
import type { Session } from './session.ts'

/** Result messages that wait here while the client reads slowly. The others wait in the broker. */
const prefetch = 16

/**
 * Delivers a session's results, each once, and resolves when there are no more. A query that found nothing
 * still has a part. Resolves with false when the session was closed before.
 */
export async function collectResults(
  context: GatewayContext,
  session: Session,
  deliver: DeliverPart,
): Promise<boolean> {
  const { broker, ledger } = context
  const { replyTo } = session.route
  const collector = new ResultCollector(session, deliver)
  const consumer = await broker.consume(replyTo, { prefetch }, (message) => collector.push(message))
  ledger.acquire(session.clientId, 'consumers', () => consumer.cancel())
  if (session.closing.aborted) {
    // Consuming has declared the queue anew.
    await ledger.freeAll(session.clientId)
    await broker.deleteQueue(replyTo)
  }
  return collector.finished
}

class ResultCollector {
  readonly finished: Promise<boolean>
  readonly #session: Session
  readonly #deliver: DeliverPart
  readonly #progress = new UploadProgress(queries)
  #resolve: (complete: boolean) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #tail = Promise.resolve()
  #amountsSent = false

  constructor(session: Session, deliver: DeliverPart) {
    this.#session = session
    this.#deliver = deliver
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    if (session.closing.aborted) this.#resolve(false)
    session.closing.addEventListener('abort', () => this.#resolve(false), { once: true })
  }

  /** One after the other, so that a slow client holds up no more than the prefetch. */
  push(message: BrokerMessage): void {
    this.#tail = this.#tail.then(() => this.#take(message)).catch(this.#reject)
  }

  async #take(message: BrokerMessage): Promise<void> {
    const { route, content } = readEnvelope(message)
    // Nobody else's results come here; if they did, they would not be passed on.
    if (route.clientId !== this.#session.clientId) {
      message.ack()
      return
    }
    this.#session.touchedAtMs = performance.now()
    if (content.type === 'result') {
      const isNew = this.#progress.see(content.query, content.chunkIndex)
      if (content.totalChunks !== undefined) this.#progress.end(content.query, content.totalChunks)
      if (isNew) await this.#pass(content.query === 'q1' ? readAmounts(message.body) : readPart(message.body))
    } else if (content.type === 'result-eof') {
      this.#progress.end(content.query, content.totalChunks)
    }
    if (!this.#amountsSent && this.#progress.isComplete('q1')) {
      this.#amountsSent = true
      await this.#deliver(this.#session, { ...this.#owner, query: 'q1', rows: [] })
    }
    message.ack()
    if (this.#progress.complete) this.#resolve(true)
  }

  async #pass(part: ResultPart): Promise<void> {
    if (part.query === 'q1') {
      if (part.rows.length === 0) return
      this.#amountsSent = true
    }
    await this.#deliver(this.#session, { ...part, ...this.#owner })
  }

  get #owner() {
    return { clientId: this.#session.clientId }
  }
}

const readPart = (body: Buffer) => JSON.parse(body.toString()) as ResultPart

function readAmounts(body: Buffer): ResultPart {
  const table = decodeTable(body)
  return { query: 'q1', rows: Array.from({ length: table.rows }, (_, row) => readAmount(table, row)) }
}

function readAmount(table: Table, row: number): AmountRow {
  return {
    transactionId: textAt(table, 'transactionId', row),
    finalAmount: numberColumn(table, 'finalAmount')[row] as number,
    createdAt: formatDateTime(numberColumn(table, 'createdAtS')[row] as number),
  }
}
