import { Box, Text } from 'ink'
import type { MatrixState } from './dashboard-state.ts'

/** Lines of the whole. */
export const matrixHeight = ({ cells }: MatrixState) => cells + 2

/** Who received whose data: what reached its owner is green on the diagonal, and everything else is red. */
export function IsolationMatrix({ matrix }: { readonly matrix: MatrixState }) {
  const { cells, perCell } = matrix
  const owners = Array.from({ length: cells }, (_, owner) => owner)
  return (
    <Box flexDirection="column">
      <Text dimColor wrap="truncate">
        whose data (rows) reached whom{perCell > 1 ? `, ${perCell} clients a cell` : ''}
      </Text>
      {owners.map((owner) => (
        <Text key={owner}>
          <Text dimColor>{String(owner * perCell).padStart(6)} </Text>
          {owners.map((recipient) => (
            <Cell key={recipient} matrix={matrix} owner={owner} recipient={recipient} />
          ))}
        </Text>
      ))}
    </Box>
  )
}

interface CellProps {
  readonly matrix: MatrixState
  readonly owner: number
  readonly recipient: number
}

/** Two characters are about as wide as a line is high. A cell that leaked is marked, for those who see no colours. */
function Cell({ matrix, owner, recipient }: CellProps) {
  if ((matrix.leaks[owner * matrix.cells + recipient] ?? 0) > 0) return <Text color="red">▓✗</Text>
  if (owner !== recipient) return <Text color="gray">· </Text>
  return (matrix.reached[owner] ?? 0) > 0 ? <Text color="green">██</Text> : <Text color="gray">░░</Text>
}
