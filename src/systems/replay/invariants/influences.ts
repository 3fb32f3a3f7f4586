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
  private readonly influences: Influence[] = []

  take({ operation, value, atMs }: Invocation): void {
    if (this.influences.length >= keptInfluences) return
    for (const what of nameInfluences(operation, value)) this.influences.push({ what, atMs })
  }

  list(): readonly Influence[] {
    return this.influences
  }
}

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
