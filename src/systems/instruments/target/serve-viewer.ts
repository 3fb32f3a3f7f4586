import { randomUUID } from 'node:crypto'
import type { Socket } from 'socket.io'
import { measurementModes } from '../wire/file-name.ts'
import { readFields, readText, readUserId } from '../wire/read-fields.ts'
import { messages, modeEvents } from '../wire/sessions.ts'
import { leavePlace, noteWatcher, takePlace } from './defects/misroute.ts'
import { recycleHandle, sendLate } from './defects/recycle-handle.ts'
import { allViewersRoom, type ConnectedViewer, type InstrumentsServer, viewersRoom } from './instruments-server.ts'
import { answerSegments } from './previews.ts'
import { findAgent, requestPreview, sendExport, startSession, stopSession } from './viewer-requests.ts'

/** Serves one viewer. `askedFor` is the user that its URL names, if any. */
export async function serveViewer(
  server: InstrumentsServer,
  socket: Socket,
  askedFor: string | undefined,
): Promise<void> {
  const viewer: ConnectedViewer = { socket, userId: undefined }
  server.viewers.set(socket.id, viewer)
  takePlace(server, socket.id)
  socket.once('disconnect', () => {
    server.viewers.delete(socket.id)
    leavePlace(server, socket.id)
    recycleHandle(server, viewer)
  })
  const greeted = greet(server, viewer, askedFor)
  listen(server, viewer, greeted)
  await greeted
}

async function greet(server: InstrumentsServer, viewer: ConnectedViewer, askedFor: string | undefined): Promise<void> {
  const { socket } = viewer
  await socket.join(allViewersRoom)
  socket.emit('session_info', { session_id: randomUUID(), ...(askedFor !== undefined && { user_id: askedFor }) })
  if (askedFor !== undefined && (await mayWatch(server, socket, askedFor))) await watch(server, viewer, askedFor)
  await sendStatus(server, viewer)
  sendLate(server, viewer)
}

/** Of who names its user in the URL. */
async function mayWatch(server: InstrumentsServer, { handshake }: Socket, userId: string): Promise<boolean> {
  const { settings, defect } = server
  if (!settings.viewerKeys || defect.acts('key-not-asked-in-url')) return true
  return (await findAgent(server, userId, readText(handshake.query['viewer_key']))) !== undefined
}

/** The viewer belongs to this user from now on, and to no other. */
async function watch(server: InstrumentsServer, viewer: ConnectedViewer, userId: string): Promise<void> {
  if (viewer.userId !== undefined && viewer.userId !== userId) await viewer.socket.leave(viewersRoom(viewer.userId))
  viewer.userId = userId
  // A socket that joins when it has left would stay in the room for ever.
  if (viewer.socket.connected) await viewer.socket.join(viewersRoom(userId))
  await noteWatcher(server, viewer.socket.id, userId)
}

async function sendStatus(server: InstrumentsServer, { socket, userId }: ConnectedViewer): Promise<void> {
  if (server.defect.acts('global-agent-status')) {
    socket.emit('agent_status', { status: server.agents.size > 0 ? 'connected' : 'disconnected' })
    return
  }
  const isThere = userId !== undefined && (await server.store.find(userId)) !== undefined
  const status = isThere ? 'connected' : 'disconnected'
  socket.emit('agent_status', { status, ...(userId !== undefined && { user_id: userId }) })
}

/** A viewer's requests are answered in the order in which they came, after its greeting. */
function listen(server: InstrumentsServer, viewer: ConnectedViewer, greeted: Promise<void>): void {
  const { socket } = viewer
  let last = greeted
  const on = (event: string, answer: string | undefined, act: (sent: unknown) => Promise<unknown> | undefined) =>
    socket.on(event, (sent: unknown) => {
      last = last.then(async () => {
        await act(sent)
      })
      last = last.catch((error: unknown) => {
        server.log.error('request failed', { event, error: String(error) })
        if (answer !== undefined) socket.emit(answer, { status: 'error', message: messages.unavailable })
      })
    })

  on('check_agent_connection', 'agent_connection_status', async (sent) => {
    const userId = readUserId(readFields(sent)['user_id'])
    socket.emit('agent_connection_status', await describeConnection(server, viewer, userId, sent))
  })
  on('request_agent_status', 'agent_status', () => sendStatus(server, viewer))
  for (const mode of measurementModes) {
    const { start, startAnswer, stop, export: exportEvent, exportAnswer } = modeEvents[mode]
    on(start, startAnswer, (sent) =>
      startSession(server, viewer, mode, sent, (userId) => watch(server, viewer, userId)),
    )
    on(stop, undefined, (sent) => stopSession(server, viewer, mode, sent))
    on(exportEvent, exportAnswer, (sent) => sendExport(server, viewer, mode, sent))
  }
  on('get_cv_preview', 'cv_preview_response', (sent) => requestPreview(server, viewer, sent))
  on('get_cv_segments', 'cv_segments_response', async (sent) => answerSegments(server, viewer, sent))
}

async function describeConnection(
  server: InstrumentsServer,
  viewer: ConnectedViewer,
  userId: string | undefined,
  sent: unknown,
) {
  if (userId === undefined) return { status: 'error', message: messages.noUser }
  const entry = await findAgent(server, userId, readText(readFields(sent)['viewer_key']))
  if (entry || !server.settings.viewerKeys) await watch(server, viewer, userId)
  if (!entry) return { status: 'disconnected', connected: false, user_id: userId, message: messages.noAgent }
  return { status: 'connected', connected: true, user_id: userId, connected_at: entry.connectedAt }
}
