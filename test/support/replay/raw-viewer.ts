import { once } from 'node:events'
import { WebSocket } from 'ws'

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came.
export type Any = any

export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Any
}

/** One request, with nothing of ours in between. */
export async function ask(url: string, method: string, path: string, more: RequestInit = {}): Promise<RawAnswer> {
  const response = await fetch(url + path, { method, ...more })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** A raw WebSocket that keeps what comes, and lets a test wait for it. */
export class RawStream {
  readonly messages: Any[] = []
  readonly socket: WebSocket
  readonly closed: Promise<number>
  private readonly arrivals = new EventTarget()

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), { headers, perMessageDeflate: false })
    this.socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)))
      this.arrivals.dispatchEvent(new Event('message'))
    })
    this.socket.on('error', () => {})
    this.closed = new Promise((resolve) => this.socket.once('close', (code) => resolve(code)))
  }

  /** With the history that comes first. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<RawStream> {
    const stream = new RawStream(url, headers)
    await stream.until(1)
    return stream
  }

  /** The HTTP status and the body with which the handshake is refused. */
  static async refused(url: string, headers: Record<string, string> = {}): Promise<{ status: number; body: Any }> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers })
    socket.on('error', () => {})
    const [, response] = await once(socket, 'unexpected-response')
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) }
  }

  get history(): Any[] {
    return this.messages[0].data
  }

  get snapshots(): Any[] {
    return this.messages.filter(({ type }) => type === 'snapshot')
  }

  get seqs(): number[] {
    return this.snapshots.map(({ seq }) => seq)
  }

  /** Until so many messages have come since the beginning, the history included. */
  async until(count: number): Promise<void> {
    while (this.messages.length < count) await once(this.arrivals, 'message')
  }

  /** Until so many more have come than now. */
  more(count: number): Promise<void> {
    return this.until(this.messages.length + count)
  }

  /** The first message that is wanted, of those that come from now on or from another place. */
  async next(isWanted: (message: Any) => boolean, from = this.messages.length): Promise<Any> {
    for (let seen = from; ; seen++) {
      await this.until(seen + 1)
      if (isWanted(this.messages[seen])) return this.messages[seen]
    }
  }

  /** All that was sent up to a pause has come: what comes over two connections keeps no order. */
  async settle(answer: Any): Promise<void> {
    await this.next(({ timestamp }) => timestamp === answer.cursor_ts, 1)
  }

  send(value: unknown): void {
    this.socket.send(typeof value === 'string' ? value : JSON.stringify(value))
  }

  async close(): Promise<void> {
    this.socket.close()
    await this.closed
  }
}
