import { Box, Text } from 'ink'
import { ClientView } from './client-view.tsx'
import type { DashboardActions, DashboardState } from './dashboard-state.ts'
import { FindingFeed } from './finding-feed.tsx'
import { GroupTable } from './group-table.tsx'
import { Header } from './header.tsx'
import { HealthLine } from './health-line.tsx'
import { Help } from './help.tsx'
import { IsolationMatrix, matrixHeight } from './isolation-matrix.tsx'
import { LatencyBars } from './latency-bars.tsx'
import { useKeys } from './use-keys.ts'
import type { TerminalSize } from './use-terminal-size.ts'

export interface DashboardProps {
  readonly state: DashboardState
  readonly size: TerminalSize
  readonly actions: DashboardActions
}

/** Header and what surrounds the two parts between: a line each, and the lines of health and keys. */
const fixedLines = 5
const twoColumnsFrom = 90

/** The whole screen, one line less than the terminal is high: where it is higher, terminals scroll. */
export function Dashboard({ state, size, actions }: DashboardProps) {
  const view = useKeys(state, actions)
  const group = state.groups[view.selected]
  const height = Math.max(8, size.rows - 1)
  const tableHeight = Math.min(state.groups.length + 1, Math.max(2, Math.floor((height - fixedLines) / 2)))
  const bodyHeight = Math.max(1, height - fixedLines - tableHeight)
  return (
    <Box flexDirection="column" height={height} width={size.columns} overflow="hidden">
      <Header state={state} />
      <Text> </Text>
      <GroupTable groups={state.groups} selected={view.selected} columns={size.columns} height={tableHeight} />
      <Text> </Text>
      <Box height={bodyHeight} overflow="hidden">
        {view.page === 'help' && <Help />}
        {view.page === 'client' && group && (
          <ClientView group={group} client={view.client} watched={state.watched} height={bodyHeight} />
        )}
        {view.page === 'run' && (
          <Body state={state} selected={view.selected} columns={size.columns} height={bodyHeight} />
        )}
      </Box>
      <HealthLine health={state.health} />
      <Text dimColor wrap="truncate">
        ↑↓ group Enter client p {state.phase === 'paused' ? 'go on' : 'pause'} q finish ? help
      </Text>
    </Box>
  )
}

interface BodyProps {
  readonly state: DashboardState
  readonly selected: number
  readonly columns: number
  readonly height: number
}

/** On a narrow terminal violations go before figures. */
function Body({ state, selected, columns, height }: BodyProps) {
  const group = state.groups[selected]
  const hasTwoColumns = columns >= twoColumnsFrom
  const hasFeedAlone = !hasTwoColumns && state.findings.length > 0
  if (hasFeedAlone) return <FindingFeed findings={state.findings} height={height} />
  const hasMatrix = state.matrix.cells > 0 && height >= matrixHeight(state.matrix) + 5
  const left = hasTwoColumns ? Math.floor(columns / 2) : columns
  return (
    <>
      <Box flexDirection="column" width={left} flexShrink={0}>
        {group && (
          <LatencyBars
            group={group}
            width={left - 2}
            height={hasMatrix ? height - matrixHeight(state.matrix) : height}
          />
        )}
        {hasMatrix && <IsolationMatrix matrix={state.matrix} />}
      </Box>
      {hasTwoColumns && (
        <Box flexDirection="column" flexGrow={1}>
          <FindingFeed findings={state.findings} height={height} />
        </Box>
      )}
    </>
  )
}
