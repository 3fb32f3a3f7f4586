import type { SoloDifference, SoloGroupReport, SoloReport } from '../core/solo-report.ts'
import { formatDuration } from '../core/units.ts'
import { stringifySafely } from './escape-controls.ts'
import { formatTable } from './format-table.ts'
import type { Paint } from './paint.ts'

/** How many differences are shown; all stand in report.json. */
const shownDifferences = 8
const shownCandidates = 8
const shownLength = 120

/** What clients were told alone beside what they were told in company. Empty where none ran alone. */
export function formatSolo(solo: SoloReport | undefined, paint: Paint): string {
  if (!solo) return ''
  const phases = solo.phases.map(({ name, folder, group, isFresh, verdict }) => [
    name,
    group ?? '',
    isFresh ? 'started for it' : 'as it was',
    verdict,
    folder,
  ])
  const shown = solo.differences.slice(0, shownDifferences).map((difference) => formatDifference(difference, paint))
  const rest = solo.differences.length - shown.length
  const blocks = [
    formatTable(['phase', 'group', 'server', 'verdict', 'folder'], phases, 'lllll'),
    ...solo.groups.map(formatGroup),
    ...solo.violations.map(({ class: type, group, invariant, phases: red }) =>
      paint.bad(`✗ ${spell(type)}: ${invariant} (${group}), in: ${[...new Set(red)].join('; ')}`),
    ),
    ...shown,
    ...(rest > 0 ? [`… and ${rest} more differences in report.json.`] : []),
  ]
  return blocks.join('\n')
}

const spell = (type: string) => type.replaceAll('-', ' ')

function formatGroup({ group, clients, compared, masked, maskedFields, notCompared }: SoloGroupReport): string {
  if (clients.length === 0) return `${group}: not compared: ${notCompared}`
  const all = compared + masked
  const share = all === 0 ? '' : `, ${Math.round((100 * masked) / all)} % more masked`
  const fields = maskedFields.map(({ kind, field, differed, of }) =>
    of === 0 ? `${kind} ${field} (never seen twice)` : `${kind} ${field} (${differed} of ${of} differ by themselves)`,
  )
  return [
    `${group}: clients ${clients.join(' and ')} compared with themselves alone, ${compared} values${share}`,
    ...(fields.length > 0 ? [`masked: ${fields.join(', ')}`] : []),
    ...(notCompared === undefined ? [] : [`nothing was left: ${notCompared}`]),
  ].join('\n  ')
}

function formatDifference(difference: SoloDifference, paint: Paint): string {
  const { class: type, isCertain, group, recipient, kind, field, count, of, phase, atMs, candidates } = difference
  const head = `${isCertain ? '✗' : '?'} ${spell(type)}: client ${recipient} (${group}) was told another ${kind} ${field}, ${count} of ${of} times`
  const shown = candidates.slice(0, shownCandidates).join(', ')
  const more = candidates.length > shownCandidates ? ` … (${candidates.length} in all)` : ''
  return [
    isCertain ? paint.bad(head) : paint.doubtful(head),
    `alone: ${excerpt(difference.alone)}`,
    `${phase}: ${excerpt(difference.told)} at ${formatDuration(atMs)}`,
    `there as well: ${candidates.length > 0 ? `client${candidates.length > 1 ? 's' : ''} ${shown}${more}` : 'nobody'}`,
  ].join('\n     ')
}

function excerpt(value: unknown): string {
  const text = stringifySafely(value)
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text
}
