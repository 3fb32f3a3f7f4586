import type { FaultReport } from '../core/report.ts'
import { formatTable } from './format-table.ts'

/** What the run did on purpose to disturb; nothing where it did nothing. */
export function formatFaults(faults: readonly FaultReport[]): string {
  const rows = faults.map(({ kind, groups, clients, planned, struck }) => [
    kind,
    groups.join(', '),
    ...[clients, planned, struck].map(String),
  ])
  return formatTable(['fault', 'groups', 'clients', 'planned', 'struck'], rows, 'llrrr')
}
