import type { Finding } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { formatDuration } from '../core/units.ts'
import { stringifySafely } from './escape-controls.ts'
import { formatEvent } from './format-event.ts'
import type { Paint } from './paint.ts'

const shownExamples = 3
/** Of the first findings; report.json has more. */
const shownTranscripts = 2
const widestValue = 200
const widestLine = 150

/** What of a finding is written as JSON. Everything else in it must be escaped before it comes here. */
export const writtenAsJson: ReadonlySet<string> = new Set(['expected', 'received', 'value', 'alone', 'told'])

/** One finding for people: who got whose data, when, where and why, what it broke besides, and what happened around it. */
export function formatFinding(finding: Finding, number: number, paint: Paint): string {
  const { violation, count, role } = finding
  const { invariant, kind, class: type, message, cause, expected, received, connection } = violation
  const lines = [`${paint.bad(`✗ ${number}. ${invariant}`)} (${kind}, ${type}): ${message}`]
  if (cause) lines.push(`cause: ${cause.message} (proof: ${cause.proof})`)
  if (role !== undefined) lines.push(`where: connection ${connection} of client ${violation.recipient} (${role})`)
  if (expected !== undefined) lines.push(`expected: ${cut(stringifySafely(expected), widestValue)}`)
  if (received !== undefined) lines.push(`received: ${cut(stringifySafely(received), widestValue)}`)
  lines.push(`seen ${count} ×${formatSpan(finding)}${formatInvolved(finding)}`)
  const consequences = Object.entries(finding.invariants).filter(([name]) => name !== invariant)
  if (consequences.length > 0)
    lines.push(`also breaks: ${consequences.map(([name, n]) => `${name} (${n} ×)`).join(', ')}`)
  lines.push(...finding.examples.slice(0, shownExamples).map((example) => paint.dim(`e.g. ${example.message}`)))
  if (number <= shownTranscripts) lines.push(...formatTranscript(finding, paint))
  return lines.join('\n     ')
}

function formatSpan({ violation, firstMs, lastMs }: Finding): string {
  // What a server told of itself when all had left has no moment.
  if (violation.connection === 0 && lastMs === 0) return ''
  if (firstMs === lastMs) return ` at ${formatDuration(firstMs)}`
  return ` from ${formatDuration(firstMs)} to ${formatDuration(lastMs)}`
}

function formatInvolved({ recipients, owners }: Finding): string {
  const by = recipients.length > 0 ? `; by ${formatClients(recipients)}` : ''
  return owners.length > 0 ? `${by}; data of ${formatClients(owners)}` : by
}

function formatClients(clients: readonly number[]): string {
  const shown = `client${clients.length > 1 ? 's' : ''} ${clients.slice(0, 8).join(', ')}`
  return clients.length > 8 ? `${shown} … (${clients.length} in all)` : shown
}

/** The events of all who are involved on one time line; the moment of the violation is marked. */
function formatTranscript({ violation, transcript = [] }: Finding, paint: Paint): string[] {
  if (transcript.length === 0) return []
  const names = transcript.map(({ client }) => formatActor(client, violation.recipient))
  const width = Math.max(...names.map(({ length }) => length))
  const lines = transcript.map((event, i) => {
    const isMoment = event.client === violation.recipient && event.atMs === violation.atMs
    const time = formatDuration(event.atMs).padStart(8)
    const line = cut(`${time}  ${(names[i] as string).padEnd(width)}  ${formatEvent(event)}`, widestLine)
    return isMoment ? `${paint.bad('▶')} ${line}` : `  ${paint.dim(line)}`
  })
  return ['around it:', ...lines]
}

const formatActor = (client: ClientIndex, recipient: ClientIndex | undefined) =>
  client === recipient ? `recipient ${client}` : `client ${client}`

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text)
