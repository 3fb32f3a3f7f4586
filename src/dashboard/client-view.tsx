import { Box, Text } from 'ink'
import type { GroupState, WatchedState } from './dashboard-state.ts'

export interface ClientViewProps {
  readonly group: GroupState
  readonly client: number
  readonly watched: WatchedState | undefined
  readonly height: number
}

/** One client: what it does from the moment on that it is looked at. */
export function ClientView({ group, client, watched, height }: ClientViewProps) {
  const lines = watched?.client === client ? watched.lines : []
  return (
    <Box flexDirection="column" height={height}>
      <Text wrap="truncate">
        <Text bold>client {client}</Text> of {group.name}
        <Text dimColor>
          {' '}
          ({client - group.firstClient + 1} of {group.planned}) ← → another, Esc back
        </Text>
      </Text>
      {lines.length === 0 && <Text dimColor>nothing has happened to it since you look</Text>}
      {lines.slice(-(height - 1)).map((line, i) => (
        <Text key={i} wrap="truncate">
          {line}
        </Text>
      ))}
    </Box>
  )
}
