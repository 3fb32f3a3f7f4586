import type { Mark, RunEvent } from '../core/event.ts'
import { stringifySafely } from './escape-controls.ts'

/** What happened, in one short line, without time and client. `→` went out, `←` came in. */
export function formatEvent(event: RunEvent): string {
  switch (event.type) {
    case 'arrived':
      return 'arrives'
    case 'left':
      return event.finished ? 'leaves, finished' : 'leaves, not finished'
    case 'dropped':
      return `never comes: ${event.reason}`
    case 'opened':
      return `opens connection ${event.connection} (${event.role}${event.epoch > 0 ? `, epoch ${event.epoch}` : ''})`
    case 'closed':
      return `connection ${event.connection} is closed: ${event.reason}, ${event.bytesIn} bytes received`
    case 'invocation':
      return `→ ${event.operation} #${event.operationId}${formatPart(event.value)}`
    case 'completion':
      return `← ${event.operation} #${event.operationId}: ${event.errorCode ?? event.outcome}${formatPart(event.value)}`
    case 'delivery':
      return `← ${event.channel}${formatPart(event.value)}`
    case 'marks':
      return `← ${event.bytes} bytes with markers: ${[`${event.own} of its own`, ...event.foreign.map(formatMark)].join(', ')}`
    case 'fault':
      return `! ${event.fault}${formatPart(event.value)}`
    case 'stray-bytes':
      return `← ${event.bytes} bytes that nothing explains: ${event.excerpt}`
  }
}

const formatMark = ({ kind, owner, sequence }: Mark) =>
  `${kind === 'identity' ? 'the identity' : 'number'} ${sequence} of ${typeof owner === 'number' ? `client ${owner}` : owner}`

const formatPart = (value: unknown) => (value === null ? '' : ` ${stringifySafely(value)}`)
