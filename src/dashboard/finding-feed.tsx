import { Box, Text } from 'ink'
import { formatDuration } from '../core/units.ts'
import type { FindingState } from './dashboard-state.ts'

export interface FindingFeedProps {
  readonly findings: readonly FindingState[]
  readonly height: number
}

/** Violations, alike ones as one, the latest first. */
export function FindingFeed({ findings, height }: FindingFeedProps) {
  const shown = findings.slice(0, Math.max(0, Math.floor((height - 1) / 2)))
  const hidden = findings.length - shown.length
  return (
    <Box flexDirection="column" height={height}>
      <Text dimColor wrap="truncate">
        violations{hidden > 0 ? `, the latest ${shown.length} of ${findings.length} kinds` : ''}
      </Text>
      {findings.length === 0 && <Text color="green">none</Text>}
      {shown.map(({ group, invariant, count, lastMs, message }) => (
        <Box key={`${group} ${invariant} ${message}`} flexDirection="column">
          <Text wrap="truncate">
            <Text color="red">✗ {invariant}</Text> in {group}
            <Text bold> ×{count}</Text>
            <Text dimColor> last at {formatDuration(lastMs)}</Text>
          </Text>
          <Text wrap="truncate"> {message}</Text>
        </Box>
      ))}
    </Box>
  )
}
