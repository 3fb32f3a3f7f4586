import { Box, Text } from 'ink'
import { formatDuration } from '../core/units.ts'
import type { GroupState, LatencyBar } from './dashboard-state.ts'
import { drawBar } from './draw-bars.ts'

export interface LatencyBarsProps {
  readonly group: GroupState
  readonly width: number
  readonly height: number
}

/** How response times of one group are distributed. */
export function LatencyBars({ group, width, height }: LatencyBarsProps) {
  const bars = joinBars(group.latency, height - 1)
  const top = Math.max(...bars.map(({ count }) => count), 0)
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Text dimColor wrap="truncate">
        response times of {group.name}
      </Text>
      {bars.length === 0 && <Text dimColor>no answer yet</Text>}
      {bars.map(({ upToMs, count }) => (
        <Text key={upToMs} wrap="truncate">
          <Text dimColor>{`≤ ${formatDuration(upToMs)}`.padStart(10)} </Text>
          <Text color="cyan">{drawBar(count, top, Math.max(1, width - 22))}</Text>
          <Text dimColor> {count}</Text>
        </Text>
      ))}
    </Box>
  )
}

/** Neighbours become one, so that all fit. */
function joinBars(bars: readonly LatencyBar[], lines: number): readonly LatencyBar[] {
  const perLine = Math.ceil(bars.length / Math.max(1, lines))
  if (perLine <= 1) return bars
  return Array.from({ length: Math.ceil(bars.length / perLine) }, (_, line) => {
    const joined = bars.slice(line * perLine, (line + 1) * perLine)
    return { upToMs: joined.at(-1)?.upToMs ?? 0, count: joined.reduce((sum, { count }) => sum + count, 0) }
  })
}
