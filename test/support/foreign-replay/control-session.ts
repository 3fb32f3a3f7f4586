import { type Session, shared } from './session.ts'
import type { SessionTable } from './session-table.ts'
import type { Leak } from './traits.ts'

export interface Done {
  readonly status: number
  readonly answer: Record<string, unknown>
}

/** Which leak makes a control act on everybody. */
const reaching: Readonly<Record<string, Leak>> = {
  pause: 'pause-all',
  resume: 'pause-all',
  stop: 'stop-all',
  start: 'start-all',
  speed: 'speed-all',
  goback: 'go-back-all',
  mode: 'switch-all',
}

/** Does what is asked and tells how the session stands then. */
export function controlSession(table: SessionTable, session: Session, what: string, argument = '', body = ''): Done {
  const { traits } = table
  if (what === 'delete') {
    table.delete(session)
    return { status: 200, answer: { status: 'success' } }
  }
  if (what === 'goback' && traits.goBack !== 'works')
    return { status: traits.goBack, answer: { detail: 'no way back' } }
  const isForAll = reaching[what] === traits.leak || (what === 'mode' && traits.dialect === 'session-first')
  for (const reached of isForAll ? [session, ...table.others(session)] : [session])
    change(reached, what, argument, body)
  if (what === 'start' && traits.leak === 'double-loop') session.loopAgain()
  const isAstray = traits.leak === 'reply-of-another' && ++table.answers % 7 === 0
  const told = isAstray ? (table.others(session)[0] ?? session) : session
  return { status: 200, answer: describeSession(told, what) }
}

function change(session: Session, what: string, argument: string, body: string): void {
  const { traits } = session
  if (what === 'start') {
    if (traits.start === 'restarts' || (traits.end === 'stops' && session.next >= traits.rows)) session.next = 0
    session.state = 'PLAYING'
  } else if (what === 'pause') session.state = session.state === 'PLAYING' ? 'PAUSED' : session.state
  else if (what === 'resume') session.state = session.state === 'PAUSED' ? 'PLAYING' : session.state
  else if (what === 'stop') {
    session.state = 'STOPPED'
    if (traits.stop === 'rewinds') session.next = 0
  } else if (what === 'speed') {
    session.speed = Number(argument)
    shared.set(traits, { ...shared.get(traits), speed: session.speed })
  } else if (what === 'goback') session.goBack(Number(argument))
  else if (what === 'mode') {
    const { mode, symbol } = JSON.parse(body) as { mode: string; symbol: string }
    session.switchTo(mode, symbol)
  }
}

const done: Readonly<Record<string, string>> = { start: 'started', pause: 'paused', resume: 'resumed', stop: 'stopped' }

function describeSession(session: Session, what: string): Record<string, unknown> {
  const { answers, lowerCase, cursor, tells } = session.traits
  const state = lowerCase ? session.state.toLowerCase() : session.state
  const status = done[what] ?? 'success'
  if (answers === 'status') return { status }
  if (answers === 'state') return { state }
  const named = tells.includes('session_id') ? { session_id: session.name } : {}
  const cursorTs = cursor === 'absent' ? {} : { cursor_ts: session.cursorTs }
  if (answers === 'few') return { status, state, ...cursorTs }
  const mode = lowerCase ? session.mode.toLowerCase() : session.mode
  const { speed, symbol, sent } = session
  const kept = { speed, mode, symbol, buffer_size: sent.length, created_at: 1_700_000_000.5, last_activity: null }
  return { status, ...named, state, ...kept, ...cursorTs }
}
