import { Box, Text } from 'ink'
import { formatDuration } from '../core/units.ts'
import type { DashboardState } from './dashboard-state.ts'

const phaseColours = { starting: 'gray', running: 'cyan', paused: 'yellow', draining: 'yellow' } as const

export function Header({ state }: { readonly state: DashboardState }) {
  const { scenario, seed, elapsedMs, phase, verdict, findings } = state
  const violations = findings.reduce((sum, { count }) => sum + count, 0)
  return (
    <Box justifyContent="space-between">
      <Text wrap="truncate">
        <Text bold>mcsim </Text>
        {scenario}
        <Text dimColor> seed </Text>
        {seed}
        <Text dimColor> after </Text>
        {formatDuration(elapsedMs)} <Text color={phaseColours[phase]}>{phase}</Text>
      </Text>
      {verdict === 'fail' ? (
        <Text bold color="red">
          FAIL so far: {violations} violation{violations === 1 ? '' : 's'}
        </Text>
      ) : (
        <Text color="green">nothing violated so far</Text>
      )}
    </Box>
  )
}
