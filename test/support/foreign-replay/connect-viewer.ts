import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { Session } from './session.ts'
import type { SessionTable } from './session-table.ts'

/** A WebSocket has come: it gets the history, and from then on the session's snapshots. */
export function connectViewer(table: SessionTable, { url = '' }: IncomingMessage, socket: WebSocket): void {
  const { traits } = table
  const session = findSession(table, new URL(url, 'http://server'))
  if (!session) {
    socket.send(JSON.stringify({ type: 'error', message: 'Session not found' }))
    socket.close(4004, 'Session not found')
    return
  }
  if (traits.leak === 'second-socket-steals') session.sockets.splice(0)
  session.sockets.push(socket)
  socket.on('error', () => {})
  socket.on('message', (bytes) => {
    if (traits.chatty) socket.send(JSON.stringify({ type: 'ack', of: String(bytes).length }))
  })
  socket.on('close', () => {
    const place = session.sockets.indexOf(socket)
    if (traits.leak === 'old-close-unregisters-new') session.sockets.splice(0)
    else if (place >= 0) session.sockets.splice(place, 1)
  })
  if (traits.socketLifeMs !== undefined) setTimeout(() => socket.close(1001, 'max age'), traits.socketLifeMs)
  if (traits.history === 'none') return
  const all = [...table.sessions.values()]
  const data = traits.leak === 'history-of-all' ? all.flatMap(({ sent }) => sent).slice(-100) : session.listHistory()
  const named = traits.tells.includes('session_id') ? { session_id: session.name } : {}
  socket.send(JSON.stringify({ type: 'history', data, ...named }))
}

function findSession(table: SessionTable, { pathname, searchParams }: URL): Session | undefined {
  const { dialect, resurrects } = table.traits
  if (dialect === 'session-last') {
    const id = searchParams.get('session_id')
    return id === null ? table.shared : (table.sessions.get(id) ?? (resurrects ? table.create(id) : undefined))
  }
  const id = pathname.split('/')[2]
  return id === undefined ? table.shared : (table.sessions.get(id) ?? table.create(id))
}
