import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { controlSession, type Done } from './control-session.ts'
import type { Session } from './session.ts'
import type { SessionTable } from './session-table.ts'

/** What a path asks for; `id` undefined: of the session that all share. */
interface Asked {
  readonly what: string
  readonly argument?: string | undefined
  readonly id?: string | undefined
}

export async function answerRequest(table: SessionTable, request: IncomingMessage, response: ServerResponse) {
  const { limit, slowMs } = table.traits
  if (table.isTooMany()) {
    if (limit?.retryAfter !== undefined) response.setHeader('retry-after', limit.retryAfter)
    return void respond(table, response, 429, { detail: 'Too Many Requests' })
  }
  const body = await readBody(request)
  if (slowMs > 0) await delay(slowMs * Math.random())
  const { status, answer } = await find(table, request, body)
  respond(table, response, status, answer)
}

async function find(table: SessionTable, { method, url = '' }: IncomingMessage, body: string): Promise<Done> {
  const parts = new URL(url, 'http://server').pathname.split('/').filter((part) => part !== '')
  const { dialect, unknown } = table.traits
  if (parts[0] === 'health') return { status: 200, answer: { status: 'ok' } }
  if (dialect === 'session-last' && parts[1] === 'create' && method === 'POST') {
    const session = table.create(randomUUID())
    return { status: 200, answer: { session_id: session.id } }
  }
  if (parts[0] === 'sessions' && parts.length === 1)
    return { status: 200, answer: { sessions: [...table.sessions.keys()] } }
  const asked = dialect === 'session-last' ? readLast(parts, method) : readFirst(parts, method)
  if (!asked) return { status: 404, answer: { detail: 'Not Found' } }
  const session = asked.id === undefined ? table.shared : table.sessions.get(asked.id)
  if (!session) return { status: unknown, answer: { status: 'error', message: 'Session not found' } }
  return control(table, session, asked, body)
}

async function control(table: SessionTable, session: Session, { what, argument }: Asked, body: string): Promise<Done> {
  const { leak } = table.traits
  if (leak !== 'context-across-await') return controlSession(table, session, what, argument, body)
  // The session of the request is a variable of the module, and between its writing and its reading others come.
  table.current = session
  await delay(2)
  return controlSession(table, table.current ?? session, what, argument, body)
}

/** The documented paths: the session comes last. */
function readLast([first, action = '', ...rest]: readonly string[], method?: string): Asked | undefined {
  if (first === 'mode') return { what: 'mode', id: action === '' ? undefined : action }
  if (first === 'sessions') return { what: method === 'DELETE' ? 'delete' : 'state', id: action }
  if (first !== 'replay') return undefined
  if (action === 'speed' || action === 'goback') return { what: action, argument: rest[0], id: rest[1] }
  return actions.includes(action) ? { what: action, id: rest[0] } : undefined
}

const actions = ['start', 'pause', 'resume', 'stop', 'speed', 'goback', 'state']

function readFirst([first, id = '', action = '', argument]: readonly string[], method?: string): Asked | undefined {
  if (first === 'mode') return id === '' ? { what: 'mode' } : undefined
  if (first === 'sessions') return { what: method === 'DELETE' ? 'delete' : 'state', id }
  if (first !== 'replay') return undefined
  if (actions.includes(action)) return { what: action, argument, id }
  const isShared = actions.includes(id) && (action === '' || id === 'speed' || id === 'goback')
  return isShared ? { what: id, argument: action } : undefined
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

function respond({ traits }: SessionTable, response: ServerResponse, status: number, answer: Done['answer']): void {
  const text = JSON.stringify(answer)
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (traits.body === 'closing') headers['connection'] = 'close'
  if (traits.body !== 'chunked') {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
    return
  }
  response.writeHead(status, headers)
  for (let at = 0; at < text.length; at += 20) response.write(text.slice(at, at + 20))
  response.end()
}
