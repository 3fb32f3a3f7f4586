import { createRandom, type Random } from '../../../core/random.ts'
import type { ActName, ReplayParams } from '../params/replay-params.ts'
import type { Mode } from '../wire/snapshot.ts'
import type { ModeValue, OrderValue } from './event-values.ts'
import { traceOf, tracesPerUnit } from './order-traces.ts'

/** One act, after watching for `watchMs`. */
export type PlannedAct = { readonly watchMs: number } & (
  | { readonly act: 'pause'; readonly heldMs: number }
  | { readonly act: 'speed'; readonly speed: number }
  | { readonly act: 'go-back'; readonly seconds: number }
  | ({ readonly act: 'mode' | 'symbol' } & ModeValue)
  | { readonly act: 'restart' | 'start-again' }
  | { readonly act: 'second-socket'; readonly sharedMs: number; readonly closes: 'old' | 'new' }
  | { readonly act: 'return'; readonly awayMs: number }
  | { readonly act: 'order'; readonly orders: readonly OrderValue[] }
)

/** What a viewer does with one session between its beginning and its end. */
export interface ViewerScript {
  readonly acts: readonly PlannedAct[]
  /** It watches once more before the end. */
  readonly lastWatchMs: number
  /** It stops the session before it deletes or leaves it. */
  readonly stops: boolean
}

export interface ScriptBasis {
  readonly params: ReplayParams
  readonly speeds: readonly [number, number]
  readonly symbols: readonly [string, string]
  readonly goBackSeconds: number
  readonly client: number
  readonly seed: number
  /** Sessions of the viewer are counted from 0. */
  readonly session: number
}

/** Draws the acts of one session. The same basis gives the same script. */
export function drawScript(basis: ScriptBasis): ViewerScript {
  const { params, seed, session } = basis
  const random = createRandom(seed, 'script', session)
  const drawer = new ScriptDrawer(basis, random)
  const behaviour = params.behaviour.filter((act) => isFit(act, params))
  for (let i = 0; i < params.acts && behaviour.length > 0; i++) drawer.add(random.pick(behaviour))
  return { acts: drawer.acts, lastWatchMs: drawTime(random, params.watchMs), stops: random.unit() < 0.5 }
}

/** On a session that others share, a viewer does nothing that would show in what they see. */
const harmless: readonly ActName[] = ['start-again', 'return']

function isFit(act: ActName, { session, socketsPerSession }: ReplayParams): boolean {
  if (session === 'shared') return harmless.includes(act)
  return act !== 'second-socket' || socketsPerSession > 1
}

/** Half of it to one and a half. */
const drawTime = (random: Random, ms: number) => Math.round(ms * (0.5 + random.unit()))

/** Follows what acts do to the session, since some are only possible in some modes. */
class ScriptDrawer {
  readonly acts: PlannedAct[] = []
  private readonly basis: ScriptBasis
  private readonly random: Random
  private mode: Mode
  private symbol: string
  private speed: number
  private orders = 0
  /** Where the next way out of REPLAY leads. */
  private next: Mode

  constructor(basis: ScriptBasis, random: Random) {
    this.basis = basis
    this.random = random
    this.mode = basis.params.mode
    this.symbol = basis.symbols[0]
    this.speed = basis.speeds[0]
    this.next = random.pick(['LIVE', 'SIMULATION'])
  }

  add(act: ActName): void {
    if (act === 'mode') this.switchMode(this.chooseMode())
    else if (act === 'symbol') this.switchSymbol()
    else this.acts.push(this.plan(act))
  }

  private plan(act: Exclude<ActName, 'mode' | 'symbol'>): PlannedAct {
    if (act === 'order') this.require('SIMULATION')
    // LIVE has no speed and no way back.
    else if ((act === 'speed' || act === 'go-back') && this.mode === 'LIVE') this.require('REPLAY')
    const watchMs = this.drawTime()
    switch (act) {
      case 'pause':
        return { watchMs, act, heldMs: this.drawTime() }
      case 'speed':
        this.speed = other(this.basis.speeds, this.speed)
        return { watchMs, act, speed: this.speed }
      case 'go-back':
        return { watchMs, act, seconds: this.basis.goBackSeconds }
      case 'second-socket':
        return { watchMs, act, sharedMs: this.drawTime(), closes: this.random.pick(['old', 'new']) }
      case 'return':
        return { watchMs, act, awayMs: this.drawAbsence() }
      case 'order':
        return { watchMs, act, orders: Array.from({ length: this.random.integer(1, 3) }, () => this.drawOrder()) }
      default:
        return { watchMs, act }
    }
  }

  private require(mode: Mode): void {
    if (this.mode !== mode && !this.basis.params.globalMode) this.switchMode(mode)
  }

  private chooseMode(): Mode {
    if (this.mode !== 'REPLAY') return 'REPLAY'
    const chosen = this.next
    this.next = chosen === 'LIVE' ? 'SIMULATION' : 'LIVE'
    return chosen
  }

  private switchMode(mode: Mode): void {
    this.mode = mode
    this.acts.push({ watchMs: this.drawTime(), act: 'mode', mode, symbol: this.symbol })
  }

  private switchSymbol(): void {
    this.symbol = other(this.basis.symbols, this.symbol)
    this.acts.push({ watchMs: this.drawTime(), act: 'symbol', mode: this.mode, symbol: this.symbol })
  }

  /** The part behind the point tells whose it is. */
  private drawOrder(): OrderValue {
    const quantity = this.random.integer(1, 9) + traceOf(this.basis.client) / tracesPerUnit
    return {
      side: this.orders++ % 2 === 0 ? 'BUY' : 'SELL',
      quantity: Math.round(quantity * tracesPerUnit) / tracesPerUnit,
    }
  }

  private drawTime(): number {
    return drawTime(this.random, this.basis.params.watchMs)
  }

  /** So short that the session does not expire. */
  private drawAbsence(): number {
    const { idleTtlMs = Number.POSITIVE_INFINITY } = this.basis.params
    return Math.min(this.drawTime(), Math.floor(idleTtlMs / 3))
  }
}

const other = <T>([first, second]: readonly [T, T], current: T) => (current === first ? second : first)
