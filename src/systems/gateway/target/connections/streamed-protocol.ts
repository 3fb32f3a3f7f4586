import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { UploadFrame } from '../../wire/dialect.ts'
import { encodeStreamedError, encodeStreamedOk } from '../../wire/index.ts'
import { kinds } from '../../wire/rows.ts'
import type { Gateway } from '../gateway.ts'
import { collectResults } from '../sessions/collect-results.ts'
import { ResultFiles } from '../sessions/result-files.ts'
import type { Session } from '../sessions/session.ts'
import type { ClientSocket } from './client-socket.ts'
import type { ClientConnection, UploadProtocol } from './upload-protocol.ts'
import type { RefusalCode } from './upload-refused.ts'

/** No answer until the client half-closes; then one line, and the results as files, after the connection is closed. */
export class StreamedProtocol implements UploadProtocol {
  readonly refusesAt = 'connect'
  readonly #gateway: Gateway
  readonly #client: ClientSocket
  readonly #session: Session
  #files: ResultFiles | undefined
  #batches = 0
  #records = 0

  constructor({ gateway, client, address }: ClientConnection) {
    this.#gateway = gateway
    this.#client = client
    this.#session = gateway.sessions.create(address, async (part) => this.#files?.append(part))
  }

  get awaitsClient(): boolean {
    return !this.#session.uploaded
  }

  async takeFrame(frame: UploadFrame): Promise<void> {
    if (frame.type !== 'batch') return
    await this.#session.add(frame.batch)
    this.#batches++
    this.#records += frame.batch.rows.length
  }

  async takeEnd(): Promise<void> {
    const { shortId, folder } = await createSessionFolder(this.#gateway.resultsDir, this.#session)
    for (const kind of kinds) await this.#session.end(kind)
    this.#client.end(encodeStreamedOk(shortId, this.#batches, this.#records))
    this.#files = new ResultFiles(folder)
    const complete = await collectResults(this.#gateway, this.#session, this.#gateway.deliver)
    if (complete) await this.#files.finish()
    this.#session.completed = complete
    await this.#gateway.sessions.close(this.#session)
  }

  encodeRefusal(code: RefusalCode, message: string): Buffer {
    return encodeStreamedError(`${code} ${message}`)
  }

  /** Who has had its answer is gone rightly; who has not, has given up. */
  async close(): Promise<void> {
    if (!this.#session.uploaded) await this.#gateway.sessions.close(this.#session)
  }
}

/** `session_<8 hex digits>`. Two sessions may agree in so few digits; the folder that exists already tells. */
async function createSessionFolder(resultsDir: string, session: Session) {
  const digits = session.clientId.replaceAll('-', '')
  for (let at = 0; ; at++) {
    const shortId = digits.slice(at, at + 8)
    const folder = join(resultsDir, `session_${shortId}`)
    try {
      await mkdir(folder)
      return { shortId, folder }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || at + 8 >= digits.length) throw error
    }
  }
}
