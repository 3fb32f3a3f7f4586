import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import type { Dialect, DialectName, ServerMessage, UploadEncoder } from '../../../src/systems/gateway/wire/dialect.ts'
import { getDialect } from '../../../src/systems/gateway/wire/index.ts'
import { type Batch, kinds } from '../../../src/systems/gateway/wire/rows.ts'

/** A connection that sends whatever a test wants, and reads what comes. */
export class RawClient {
  readonly socket: Socket
  readonly messages: ServerMessage[] = []
  readonly closed: Promise<unknown>
  readonly #dialect: Dialect
  readonly #encoder: UploadEncoder
  readonly #news = new EventTarget()

  constructor(url: string, dialectName: DialectName) {
    const dialect = getDialect(dialectName)
    this.#dialect = dialect
    const decoder = dialect.createServerMessageDecoder({ maxMessageBytes: 10_000_000 })
    const { port, hostname } = new URL(url)
    this.#encoder = dialect.createEncoder()
    this.socket = createConnection({ port: Number(port), host: hostname })
    this.socket.on('data', (chunk) => {
      this.messages.push(...decoder.push(chunk))
      this.#news.dispatchEvent(new Event('message'))
    })
    // How a connection ended is told by `closed` and by what came before.
    this.socket.on('error', () => {})
    this.closed = new Promise((resolve) => this.socket.once('close', resolve))
  }

  send(...batches: readonly Batch[]): void {
    for (const batch of batches) this.socket.write(this.#encoder.batch(batch))
  }

  /** Sends the batches of each kind and its end, in the documented order. */
  sendUpload(batches: readonly Batch[]): void {
    for (const kind of kinds) {
      this.send(...batches.filter((batch) => batch.kind === kind))
      this.socket.write(this.#encoder.end(kind))
    }
  }

  /** Sends a whole upload and reads until the server has nothing more to send. */
  async finishUpload(batches: readonly Batch[]): Promise<void> {
    this.sendUpload(batches)
    if (this.#dialect.name === 'acknowledged') {
      await this.received((messages) => messages.some(({ type }) => type === 'results-end'))
    }
    this.socket.end()
    await this.closed
  }

  async received(isEnough: (messages: readonly ServerMessage[]) => boolean): Promise<void> {
    while (!isEnough(this.messages)) await once(this.#news, 'message')
  }
}
