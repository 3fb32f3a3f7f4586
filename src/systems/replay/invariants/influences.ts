import type { Influence } from '../../../core/check.ts'
import type { Invocation } from '../../../core/event.ts'
import type { GoBackValue, ModeValue, SpeedValue } from '../workload/event-values.ts'

/** More than these of one viewer are not kept. */
const keptInfluences = 2000

/** What each command is called where it shows at others. */
export const influenceNames = {
  start: 'started',
  stop: 'stopped',
  pause: 'paused',
  resume: 'resumed',
  moved: 'went back',
  speed: (speed: number) => `chose speed ${speed}`,
  goBack: (seconds: number) => `went back ${seconds} s`,
  switched: (to: string) => `switched to ${to}`,
} as const

/** Keeps what one viewer did that would reach others in a server that leaks. */
export class InfluenceLog {
  private readonly taken: Taken[] = []

  take({ operation, value, atMs }: Invocation): void {
    if (reaching.has(operation) && this.taken.length < keptInfluences) this.taken.push({ operation, value, atMs })
  }

  list(): readonly Influence[] {
    return this.taken.flatMap(({ operation, value, atMs }) =>
      nameInfluences(operation, value).map((what) => ({ what, atMs })),
    )
  }
}

/** Named at the end: of thousands of viewers who are there at once, the names would take much memory. */
type Taken = Pick<Invocation, 'operation' | 'value' | 'atMs'>

const reaching: ReadonlySet<string> = new Set(['start', 'stop', 'pause', 'resume', 'speed', 'go-back', 'mode'])

function nameInfluences(operation: string, value: Invocation['value']): readonly string[] {
  switch (operation) {
    case 'start':
    case 'stop':
    case 'pause':
    case 'resume':
      return [influenceNames[operation]]
    case 'speed':
      return [influenceNames.speed((value as unknown as SpeedValue).speed)]
    case 'go-back':
      return [influenceNames.moved, influenceNames.goBack((value as unknown as GoBackValue).seconds)]
    case 'mode': {
      const { mode, symbol } = value as unknown as ModeValue
      return [influenceNames.switched(mode), influenceNames.switched(symbol)]
    }
    default:
      return []
  }
}
