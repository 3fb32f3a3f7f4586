import type { Socket } from 'socket.io'
import { readFields, readText } from '../wire/read-fields.ts'
import { messages } from '../wire/sessions.ts'
import { attempt, type ConnectedAgent, type InstrumentsServer } from './instruments-server.ts'
import { answerPreviews } from './previews.ts'
import { registerAgent, releaseAgent } from './register-agent.ts'
import { takeFile } from './take-file.ts'
import { validateFile } from './validate-file.ts'

/** Serves one agent. What it sends before it is registered waits until it is. */
export function serveAgent(server: InstrumentsServer, socket: Socket, userId: string): void {
  const { life } = server
  const registered = registerAgent(server, socket, userId).catch((error: unknown) => {
    server.log.of(userId).error('registration failed', { error: String(error) })
    server.agents.delete(socket.id)
    socket.emit('connection_rejected', { message: messages.unavailable, user_id: userId })
    setImmediate(() => socket.disconnect(true))
    return undefined
  })
  const on = (event: string, act: (agent: ConnectedAgent, sent: unknown) => void) =>
    socket.on(event, (sent: unknown) => {
      void registered.then((agent) => {
        if (agent && server.life === life) act(agent, sent)
      })
    })

  on('stream_instrument_data', (agent, sent) => takeFile(server, agent, 'data', sent))
  on('stream_cv_data', (agent, sent) => takeFile(server, agent, 'cv', sent))
  on('cv_data_from_agent', (agent, sent) => {
    const file = validateFile(sent, server.settings)
    if ('error' in file) socket.emit('file_validation_error', file)
    else attempt(server, userId, answerPreviews(server, agent, file))
  })
  on('agent_consent', (agent, sent) => {
    const version = readText(readFields(sent)['agent_version'])
    server.log.of(userId).info('consent', { sessionId: agent.sessionId, version })
    socket.emit('consent_logged', { status: 'success', user_id: userId })
  })
  socket.once('disconnect', () => {
    void registered.then((agent) => {
      if (agent && server.life === life) attempt(server, userId, releaseAgent(server, userId, socket.id))
    })
  })
}
