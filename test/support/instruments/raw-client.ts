import { io, type Socket } from 'socket.io-client'

/** An agent or a viewer made of socket.io-client alone. It keeps what it receives until somebody waits for it. */
export class RawClient {
  readonly socket: Socket
  /** What has come and was not taken yet. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came.
  readonly received: { readonly event: string; readonly value: any }[] = []
  private readonly waiting = new Set<() => void>()

  constructor(url: string, query: Readonly<Record<string, string>> = {}, token?: string, polling = false) {
    this.socket = io(url, {
      forceNew: true,
      reconnection: false,
      transports: [polling ? 'polling' : 'websocket'],
      query,
      ...(token !== undefined && { extraHeaders: { authorization: `Bearer ${token}` } }),
    })
    const keep = (event: string, value: unknown) => {
      this.received.push({ event, value })
      for (const wake of this.waiting) wake()
    }
    this.socket.onAny(keep)
    this.socket.on('connect_error', (error) => keep('connect_error', error.message))
    this.socket.on('disconnect', (reason) => keep('disconnect', reason))
  }

  static agent(url: string, userId: string, polling = false): RawClient {
    return new RawClient(url, { user_id: userId }, 'mcsim-agent', polling)
  }

  /** Takes the first of these events, with all that came before it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came.
  async take(event: string): Promise<any> {
    for (;;) {
      const at = this.received.findIndex((one) => one.event === event)
      if (at >= 0) return this.received.splice(0, at + 1).at(-1)?.value
      await this.untilMore()
    }
  }

  /** Waits for the first of these events, and takes nothing. */
  async next(event: string): Promise<string> {
    while (!this.received.some((one) => one.event === event)) {
      await this.untilMore()
    }
    return event
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came.
  ask(event: string, value: unknown, answer: string): Promise<any> {
    this.socket.emit(event, value)
    return this.take(answer)
  }

  private async untilMore(): Promise<void> {
    let wake = () => {}
    const more = new Promise<void>((resolve) => {
      wake = resolve
    })
    this.waiting.add(wake)
    await more
    this.waiting.delete(wake)
  }

  close(): void {
    this.socket.disconnect()
  }
}

/** A file with a bump of this height at -0.2 V over a slope, written by hand. Points 0.01 V apart. */
export function makeFile(height: number, columns = 1): string {
  let text = ''
  for (let i = 0; i <= 60; i++) {
    const v = -0.5 + i * 0.01
    const current = 1e-7 + 1e-7 * (v + 0.5) + height * Math.exp(-((v + 0.2) ** 2) / (2 * 0.03 ** 2))
    text += `${v.toFixed(3)}${` ${current.toExponential(9)}`.repeat(columns)}\n`
  }
  return text
}

/** The same bump upwards on the way there, and downwards on the way back. */
export function makeCvFile(anodic: number, cathodic: number): string {
  let text = ''
  for (let i = 0; i <= 120; i++) {
    const v = i <= 60 ? -0.5 + i * 0.01 : 0.1 - (i - 60) * 0.01
    const bump = Math.exp(-((v + 0.2) ** 2) / (2 * 0.03 ** 2))
    text += `${v.toFixed(3)} ${(i <= 60 ? anodic * bump : -cathodic * bump).toExponential(9)}\n`
  }
  return text
}
