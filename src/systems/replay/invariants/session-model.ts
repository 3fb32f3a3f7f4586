import type { Completion, Invocation } from '../../../core/event.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { ModeValue, SessionValue, SpeedValue } from '../workload/event-values.ts'
import { Facet, type Mismatch } from './facet.ts'

/** How one answer disagrees with what the viewer has done. */
export interface Mismatches {
  readonly state?: Mismatch<string>
  readonly speed?: Mismatch<number>
  readonly mode?: Mismatch<string>
  readonly symbol?: Mismatch<string>
}

type Command = Pick<Invocation, 'operation' | 'value'>

/** Operations whose answers say how the viewer's session stands. */
const compared: ReadonlySet<string> = new Set([
  'create',
  'start',
  'stop',
  'pause',
  'resume',
  'speed',
  'go-back',
  'mode',
  'look',
])

/** Speed of a session that nobody has made faster. */
const usualSpeed = 1

/**
 * What a session must be like, from its viewer's own actions only (`README`, "How the reference server behaves"). Where
 * servers differ in what a control does to the rest of a session, all of it is possible.
 */
export class SessionModel {
  readonly state: Facet<string>
  readonly speed = new Facet<number>([usualSpeed])
  readonly mode = new Facet<string>()
  readonly symbol = new Facet<string>()

  constructor({ autoplay }: Pick<ReplayParams, 'autoplay'>) {
    this.state = new Facet([autoplay ? 'PLAYING' : 'STOPPED'])
  }

  /** A command is on its way. */
  command(command: Command): void {
    for (const [facet, next] of this.effectsOf(command)) facet.command(next)
  }

  /** What has come of a command, and what the server says of the session. */
  settle(command: Command, { outcome }: Completion, answer: SessionValue | undefined, askedAtMs: number): Mismatches {
    const isRefused = outcome === 'failed' || outcome === 'limited'
    for (const [facet, next] of this.effectsOf(command)) {
      if (outcome === 'ok') facet.confirm(next)
      else if (isRefused) facet.revert()
    }
    const isComparable = outcome === 'ok' && answer?.foreignSession === undefined && compared.has(command.operation)
    return isComparable && answer ? this.compare(answer, askedAtMs) : {}
  }

  private compare({ state, speed, mode, symbol }: SessionValue, askedAtMs: number): Mismatches {
    const wrongState = state === undefined ? undefined : this.state.report(state, askedAtMs)
    const wrongSpeed = speed === undefined ? undefined : this.speed.report(speed, askedAtMs)
    const wrongMode = mode === undefined ? undefined : this.mode.report(mode, askedAtMs)
    const wrongSymbol = symbol === undefined ? undefined : this.symbol.report(symbol, askedAtMs)
    return {
      ...(wrongState && { state: wrongState }),
      ...(wrongSpeed && { speed: wrongSpeed }),
      ...(wrongMode && { mode: wrongMode }),
      ...(wrongSymbol && { symbol: wrongSymbol }),
    }
  }

  /** What a command makes of each property that it may change; undefined: anything. */
  private effectsOf({ operation, value }: Command): readonly Effect[] {
    const { state, speed, mode, symbol } = this
    const resetSpeed: Effect = [speed, speed.values && [...new Set([...speed.values, usualSpeed])]]
    switch (operation) {
      case 'start':
        return [[state, ['PLAYING']], resetSpeed]
      case 'stop':
        return [[state, ['STOPPED']], resetSpeed]
      case 'pause':
        return [[state, state.allows('STOPPED') ? ['PAUSED', 'STOPPED'] : ['PAUSED']]]
      case 'resume':
        return [[state, state.allows('STOPPED') ? ['PLAYING', 'STOPPED'] : ['PLAYING']]]
      case 'speed':
        return [[speed, [(value as unknown as SpeedValue).speed]]]
      case 'mode': {
        const wanted = value as unknown as ModeValue
        return [[mode, [wanted.mode]], [symbol, [wanted.symbol]], [state, undefined], resetSpeed]
      }
      default:
        return []
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: each facet goes with values of its own type.
type Effect = readonly [Facet<any>, readonly any[] | undefined]
