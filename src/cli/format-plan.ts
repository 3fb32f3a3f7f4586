import { isNetworkFault, simultaneousStart } from '../core/fault.ts'
import type { LoadModel, Pressure, TargetDeclaration } from '../core/scenario.ts'
import { formatDuration } from '../core/units.ts'
import type { PairComparison } from '../engine/compare-pairs.ts'
import { formatTable } from '../report/format-table.ts'
import { formatCount } from './format-count.ts'
import type { PlannedFaultRule, PlannedGroup, PlanSummary } from './summarize-plan.ts'

/** So many clients are listed; the JSON has all. */
const listedClients = 20

/** A plan for people: who arrives when, where, and whether a leak between them could be seen. */
export function formatPlan(plan: PlanSummary): string {
  const { scenario, clients, groups, seed, runId, maxDurationMs } = plan
  const head = [
    `Plan of ${scenario}: ${formatCount(clients, 'client')} in ${formatCount(groups.length, 'group')}, for at most ${formatDuration(maxDurationMs)}`,
    `seed ${seed}, run id ${runId}`,
  ]
  const parts = [
    head.join('\n'),
    formatTable(['target', 'system', 'server'], plan.targets.map(formatTarget), 'lll'),
    formatTable(['group', 'target', 'clients', 'arrive', 'load'], groups.map(formatGroup), 'llrll'),
    formatTable(['pressure', 'connections', 'for'], plan.pressure.map(formatPressure), 'lrl'),
    formatTable(['fault', 'groups', 'clients', 'strikes', 'when'], plan.faults.map(formatFault), 'llrrl'),
    formatTimeline(plan),
    formatArrivals(plan),
    plan.comparisons.map(formatComparison).join('\n'),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function formatTarget({ name, system, url, defects, defectRate }: TargetDeclaration): string[] {
  const rate = `on ${defectRate * 100} % of occasions`
  const planted = defects.length === 0 ? '' : `, with the defect ${defects.join(' and ')} ${rate}`
  return [name, system, url ?? `reference server, started by the run${planted}`]
}

function formatGroup({ name, target, clients, load, witness, firstArrivalMs, lastArrivalMs }: PlannedGroup): string[] {
  const span = firstArrivalMs === lastArrivalMs ? '' : ` to ${formatTime(lastArrivalMs)}`
  const arrive = witness === 'after' ? 'when the others have left' : `${formatTime(firstArrivalMs)}${span}`
  const kind = witness ? 'witness: sends nothing' : formatLoad(load)
  return [name, target, `${clients}`, arrive, kind]
}

function formatLoad(load: LoadModel): string {
  const parts: string[] = [load.model === 'closed' ? 'closed' : `open, ${load.arrivals}`]
  if (load.model === 'open') {
    for (const { durationMs, arrivalRate } of load.stages) parts.push(`${arrivalRate}/s for ${formatTime(durationMs)}`)
    parts.push(`at most ${load.maxAlive} alive`)
  }
  parts.push(formatCount(load.iterations, 'iteration'))
  if (load.thinkTimeMs > 0) parts.push(`${formatTime(load.thinkTimeMs)} between`)
  if (load.reconnect) parts.push('reconnecting')
  return parts.join(', ')
}

function formatPressure({ at, method, connections, durationMs, rate }: Pressure): string[] {
  const address =
    'url' in at ? at.url : `${at.path} of ${at.target}${at.endpoint === 'status' ? ', status server' : ''}`
  const span = durationMs === undefined ? 'the whole run' : formatTime(durationMs)
  return [`${method} ${address}`, `${connections}`, rate === undefined ? span : `${span}, ${rate} requests/s`]
}

function formatFault({ kind, groups, concerned, strikes, fromMs, everyMs }: PlannedFaultRule): string[] {
  const [first, last] = [strikes[0]?.atMs, strikes.at(-1)?.atMs]
  const span = first === undefined || last === undefined ? undefined : `${formatTime(first)} to ${formatTime(last)}`
  const isStep = !isNetworkFault(kind) && kind !== simultaneousStart
  const when = isStep ? 'in their flow' : (span ?? formatTime(fromMs))
  const often = everyMs === undefined ? '' : `, every ${formatTime(everyMs)}`
  const count = isNetworkFault(kind) ? `${strikes.length}` : ''
  return [kind, groups.join(', '), `${concerned.length}`, count, `${when}${often}`]
}

const steps = ' ▁▂▃▄▅▆▇█'
const timelineColumns = 50

/** One line per group, from the start of the run to the last arrival; the heights are in proportion over all groups. */
function formatTimeline({ groups, arrivals }: PlanSummary): string {
  const timed = groups.filter(({ witness }) => witness !== 'after')
  const lastMs = Math.max(...timed.map(({ lastArrivalMs }) => lastArrivalMs))
  if (lastMs <= 0) return ''
  const columnMs = lastMs / timelineColumns
  const counts = new Map(timed.map(({ name }) => [name, new Array<number>(timelineColumns).fill(0)]))
  for (const { group, scheduledAtMs } of arrivals) {
    const column = Math.min(timelineColumns - 1, Math.floor(scheduledAtMs / columnMs))
    const row = counts.get(group)
    if (row) row[column] = (row[column] ?? 0) + 1
  }
  const most = Math.max(...[...counts.values()].flat())
  const rows = [...counts].map(([name, row]) => [
    name,
    row.map((count) => steps[Math.ceil((count / most) * (steps.length - 1))]).join(''),
  ])
  return formatTable(['arrivals', `0 s to ${formatTime(lastMs)}; the highest mark is ${most}`], rows, 'll')
}

function formatArrivals({ arrivals, groups }: PlanSummary): string {
  const late = groups.filter(({ witness }) => witness === 'after').map(({ name }) => name)
  const rows = arrivals.slice(0, listedClients).map(({ client, group, indexInGroup, scheduledAtMs }) => {
    const arrives = late.includes(group) ? 'last' : formatTime(scheduledAtMs)
    return [`${client}`, group, `${indexInGroup}`, arrives]
  })
  const rest = arrivals.length - rows.length
  const table = formatTable(['client', 'group', 'in group', 'arrives'], rows, 'rlrr')
  return rest === 0 ? table : `${table}\n… and ${rest} more, all of them with --json`
}

function formatComparison({ target, pairs, compared, distinct, sensitive }: PairComparison): string {
  if (compared === 0) return `Data at ${target}: none of ${pairs} pairs of clients compared.`
  const share = (count: number) => `${count} (${Math.floor((count / compared) * 100)} %)`
  return [
    `Data at ${target}: ${compared} of ${pairs} pairs of clients compared.`,
    `  two that expect different answers: ${share(distinct)}`,
    `  any batch of the one would change what the other is answered: ${share(sensitive)}`,
  ].join('\n')
}

const formatTime = (ms: number) => (ms === 0 ? '0 s' : formatDuration(ms))
