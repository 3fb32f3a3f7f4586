import type { WebSocket } from 'ws'
import { describeRow, type Row, rowAt, spellTime } from './market.ts'
import type { Traits } from './traits.ts'

export type State = 'STOPPED' | 'PLAYING' | 'PAUSED'

/** Whom a snapshot of a session reaches; where sessions are kept apart, its own sockets. */
export type Route = (session: Session) => Iterable<WebSocket>

let sessions = 0

/** What all sessions of one server share where it leaks. */
export const shared = new WeakMap<Traits, { readonly volume?: number; readonly speed?: number }>()

/** One viewer's replay: a state, a place, and a loop that sends. */
export class Session {
  readonly id: string
  readonly sockets: WebSocket[] = []
  readonly sent: Record<string, unknown>[] = []
  state: State
  speed = 1
  /** Row to be sent next. */
  next = 0
  mode = 'REPLAY'
  symbol = 'BTCUSD'
  isDeleted = false
  /** What its messages say of whose they are. */
  name: string
  readonly born = sessions++
  readonly traits: Traits
  private readonly route: Route
  private timer: NodeJS.Timeout | undefined
  private dueAt = 0
  private lastMs = 0
  private ticks = 0
  private lastVolume = 0

  constructor(id: string, traits: Traits, route: Route) {
    this.id = id
    this.name = id
    this.traits = traits
    this.route = route
    this.state = traits.autoplay ? 'PLAYING' : 'STOPPED'
    if (traits.leak === 'speed-inherited') this.speed = shared.get(traits)?.speed ?? 1
    if (traits.history === 'warm') for (let i = 0; i < 100; i++) this.keep(this.describe(this.rowAt(i)))
    this.dueAt = performance.now()
    this.schedule()
  }

  /** Runs for as long as the session lives, and looks each time whether there is something to send. */
  private schedule(): void {
    const { period, loop } = this.traits
    const ms = period / this.speed
    this.ticks++
    const stall = this.ticks % 40 === 0 ? 150 : 0
    const extra = { steady: 0, drifting: ms * 0.3, bursting: stall, jittery: ms * (Math.random() - 0.5), late: 0 }[loop]
    this.dueAt = Math.max(this.dueAt + ms, performance.now() - 300)
    // What keeps to its times makes up for what it was late with.
    const wait = loop === 'bursting' ? this.dueAt - performance.now() + stall : ms + extra
    this.timer = setTimeout(
      () => {
        this.tick()
        this.schedule()
      },
      Math.max(0, wait),
    )
  }

  /** A second loop beside the first. */
  loopAgain(): void {
    const timer = setInterval(
      () => (this.isDeleted ? clearInterval(timer) : this.tick()),
      this.traits.period / this.speed,
    )
    timer.unref()
  }

  end(): void {
    clearTimeout(this.timer)
    this.isDeleted = true
  }

  private tick(): void {
    const { unwatched, rows, end, loop } = this.traits
    if (this.state !== 'PLAYING' || (unwatched === 'waits' && this.sockets.length === 0)) return
    if (this.mode !== 'LIVE' && this.next >= rows) {
      if (end === 'wraps') this.next = 0
      else if (end === 'stops') this.state = 'STOPPED'
      else if (end === 'pauses') this.state = 'PAUSED'
      if (end !== 'wraps') return
    }
    const row = this.rowAt(this.next++)
    this.lastMs = row.atMs
    const message = { ...this.describe(row), ...this.describeFlow(row) }
    this.keep(message)
    if (loop === 'late') setTimeout(() => this.send(message), 400)
    else this.send(message)
  }

  /** By how much the volume of the best bid has changed since the session's last row, or since anybody's. */
  private describeFlow({ bids }: Row): { readonly ofi?: number } {
    const { numbers } = this.traits
    if (numbers === 'none' || numbers === 'rounded') return {}
    const volume = bids[0]?.[1] ?? 0
    const all = shared.get(this.traits) ?? {}
    shared.set(this.traits, { ...all, volume })
    const before = this.traits.leak === 'one-last-book' ? (all.volume ?? 0) : this.lastVolume
    this.lastVolume = volume
    return { ofi: volume - before }
  }

  private send(message: Record<string, unknown>): void {
    const text = JSON.stringify(wrap(message, this.traits.envelope))
    for (const socket of this.route(this)) socket.send(text)
    if (this.traits.chatty && this.ticks % 10 === 0)
      for (const socket of this.sockets) socket.send(JSON.stringify({ type: 'heartbeat', at: Date.now() }))
  }

  private keep(message: Record<string, unknown>): void {
    this.sent.push(message)
    if (this.sent.length > 100) this.sent.shift()
  }

  private rowAt(index: number): Row {
    const { steps } = this.traits
    if (this.mode === 'LIVE') return { ...rowAt(index, this.symbol, 'even', 99), atMs: Date.now() }
    return rowAt(index, this.symbol, steps, this.mode === 'SIMULATION' ? this.born + 1 : 0)
  }

  describe(row: Row): Record<string, unknown> {
    const { tells, numbers, chatty, time, lowerCase } = this.traits
    const mode = lowerCase ? this.mode.toLowerCase() : this.mode
    const all = { seq: row.index, session_id: this.name, symbol: row.symbol, mode }
    const told = Object.fromEntries(tells.map((name) => [name, all[name]]))
    const more = chatty ? { heat: { a: 1 }, labels: ['x'], version: 3 } : {}
    const { bids, asks } = row
    return { timestamp: spellTime(row.atMs, time), bids, asks, ...describeRow(row, numbers), ...more, ...told }
  }

  /** The history for a socket that connects now. */
  listHistory(): readonly Record<string, unknown>[] {
    const { history } = this.traits
    if (history === 'empty') return []
    if (history !== 'window' || this.mode === 'LIVE') return this.sent
    const from = Math.max(0, this.next - 50)
    return Array.from({ length: this.next - from }, (_, i) => this.describe(this.rowAt(from + i)))
  }

  /** Market time by which it tells where it is. */
  get cursorTs(): string | number | null | undefined {
    const { cursor, time } = this.traits
    if (cursor === 'absent') return undefined
    if (cursor === 'null') return null
    if (this.mode === 'LIVE') return spellTime(this.lastMs, time)
    const index = cursor === 'sent' ? this.next - 1 : this.next
    return index < 0 ? null : spellTime(this.rowAt(index).atMs, time)
  }

  /** To the first row that is not earlier than so many seconds before the cursor. */
  goBack(seconds: number): void {
    const target = this.rowAt(Math.max(0, this.next - 1)).atMs - seconds * 1000
    while (this.next > 0 && this.rowAt(this.next - 1).atMs >= target) this.next--
  }

  switchTo(mode: string, symbol: string): void {
    const { state, cursor } = this.traits.onSwitch
    this.mode = mode
    this.symbol = symbol
    if (cursor === 'resets') this.next = 0
    if (state === 'stops') this.state = 'STOPPED'
    if (state === 'plays') this.state = 'PLAYING'
  }
}

export function wrap(message: Record<string, unknown>, envelope: Traits['envelope']): Record<string, unknown> {
  if (envelope === 'bare') return message
  if (envelope === 'typed') return { type: 'snapshot', ...message }
  const { session_id, ...data } = message
  return { type: 'snapshot', ...(session_id !== undefined && { session_id }), data }
}
