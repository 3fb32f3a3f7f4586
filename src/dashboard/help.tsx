import { Box, Text } from 'ink'

const keys = [
  ['↑ ↓', 'select a group, whose response times are shown'],
  ['Enter', 'look at one of its clients; ← → for another, Esc to go back'],
  ['p', 'hold back new arrivals, and let them go on'],
  ['q, Ctrl-C', 'let clients finish what they have begun, and report'],
  ['twice', 'end at once, without a report'],
  ['?', 'this page'],
] as const

export function Help() {
  return (
    <Box flexDirection="column">
      {keys.map(([key, what]) => (
        <Text key={key} wrap="truncate">
          <Text bold>{key.padEnd(11)}</Text>
          {what}
        </Text>
      ))}
    </Box>
  )
}
