import { Text } from 'ink'
import { formatDuration } from '../core/units.ts'
import type { HealthState } from './dashboard-state.ts'

/** Whether the generator keeps up, on one line. */
export function HealthLine({ health }: { readonly health: HealthState }) {
  const { busyShare, loopDelayP99Ms, latenessP99Ms, rssBytes, doubts } = health
  const figures = [
    `busy ${Math.round(busyShare * 100)} %`,
    `held up ${formatDuration(loopDelayP99Ms)} (p99)`,
    `arrivals late ${formatDuration(latenessP99Ms)} (p99)`,
    `${Math.round(rssBytes / 2 ** 20)} MB`,
  ]
  return (
    <Text wrap="truncate">
      <Text dimColor>generator: {figures.join(', ')} </Text>
      {doubts.length === 0 ? <Text color="green">keeps up</Text> : <Text color="yellow">{doubts[0]}</Text>}
    </Text>
  )
}
