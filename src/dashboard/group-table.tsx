import { Box, Text } from 'ink'
import { formatDuration } from '../core/units.ts'
import type { GroupState } from './dashboard-state.ts'
import { drawSparkline } from './draw-bars.ts'

export interface GroupTableProps {
  readonly groups: readonly GroupState[]
  readonly selected: number
  readonly columns: number
  /** Lines, the heading included. */
  readonly height: number
}

const sparkWidth = 12
/** Columns of figures and what is between them, without the name and the sparkline. */
const figuresWidth = 64

/** A row for each group; where there are more than lines, those around the selected one. */
export function GroupTable({ groups, selected, columns, height }: GroupTableProps) {
  const lines = Math.max(1, height - 1)
  const first = Math.max(0, Math.min(selected - Math.floor(lines / 2), groups.length - lines))
  const hasSpark = columns >= figuresWidth + sparkWidth + 14
  const nameWidth = Math.max(8, Math.min(24, columns - figuresWidth - (hasSpark ? sparkWidth + 1 : 0) - 1))
  const layout = { nameWidth, hasSpark }
  return (
    <Box flexDirection="column">
      <Text dimColor wrap="truncate">
        {formatRow(headings, layout)}
      </Text>
      {groups.slice(first, first + lines).map((group, i) => (
        <GroupRow key={group.name} group={group} isSelected={first + i === selected} layout={layout} />
      ))}
    </Box>
  )
}

interface Layout {
  readonly nameWidth: number
  readonly hasSpark: boolean
}

interface GroupRowProps {
  readonly group: GroupState
  readonly isSelected: boolean
  readonly layout: Layout
}

function GroupRow({ group, isSelected, layout }: GroupRowProps) {
  const { percentiles, errors, violations } = group
  const times = percentiles
    ? [percentiles.p50Ms, percentiles.p95Ms, percentiles.p99Ms].map(formatDuration)
    : ['–', '–', '–']
  const row = {
    name: (isSelected ? '❯ ' : '  ') + group.name,
    counts: [String(group.alive), `${group.done}/${group.planned}`],
    rate: Math.round(group.perSecond).toString(),
    spark: drawSparkline(group.rates, sparkWidth),
    times,
  }
  return (
    <Text wrap="truncate" bold={isSelected}>
      {formatRow(row, layout)}
      <Text color={errors > 0 ? 'yellow' : 'gray'}>{String(errors).padStart(7)}</Text>
      <Text color={violations > 0 ? 'red' : 'gray'}>{String(violations).padStart(9)}</Text>
    </Text>
  )
}

interface Row {
  readonly name: string
  readonly counts: readonly string[]
  readonly rate: string
  readonly spark: string
  readonly times: readonly string[]
  readonly rest?: string
}

const headings: Row = {
  name: '  group',
  counts: ['alive', 'done'],
  rate: 'op/s',
  spark: '',
  times: ['p50', 'p95', 'p99'],
  rest: ' errors violated',
}

function formatRow({ name, counts, rate, spark, times, rest = '' }: Row, { nameWidth, hasSpark }: Layout): string {
  const cut = name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name.padEnd(nameWidth)
  const [alive = '', done = ''] = counts
  const figures = [alive.padStart(7), done.padStart(11), rate.padStart(7)]
  const drawn = hasSpark ? ` ${spark.padStart(sparkWidth)}` : ''
  return cut + figures.join('') + drawn + times.map((time) => time.padStart(8)).join('') + rest
}
