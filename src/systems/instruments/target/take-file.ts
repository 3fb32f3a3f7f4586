import { type MeasurementMode, parseFileName } from '../wire/file-name.ts'
import { messages, modeEvents } from '../wire/sessions.ts'
import { encodeCvUpdate, encodeFrequencyMapUpdate, encodeSwvUpdate } from '../wire/updates.ts'
import type { AnalysedFile } from './analysis/analyse-file.ts'
import { findOwner, roomsOfUpdate, targetOfAck } from './defects/misroute.ts'
import { noteUpdate } from './defects/recycle-handle.ts'
import { isTakenForKnown, overwriteResults, passThroughFolder } from './defects/spoil-file.ts'
import type { ConnectedAgent, InstrumentsServer } from './instruments-server.ts'
import { type FileResult, readSessionState, resultKey, type SessionState } from './session-state.ts'
import { type Electrode, figuresOf, traceTrend } from './trends.ts'
import { type FileRefusal, type SentFile, validateFile } from './validate-file.ts'

/** Takes a file of an agent: it is analysed after those that came before, its viewers are told, and it is acknowledged. */
export function takeFile(server: InstrumentsServer, agent: ConnectedAgent, stream: 'data' | 'cv', sent: unknown): void {
  const { settings, counts, defect, log } = server
  const file = validateFile(sent, settings)
  if ('error' in file) {
    refuse(server, agent, file)
    return
  }
  if (agent.waitingFiles >= settings.maxWaitingFiles) {
    const message = `${settings.maxWaitingFiles} files wait for their analysis already.`
    refuse(server, agent, { filename: file.filename, error: 'busy', message })
    return
  }
  counts.files++
  agent.waitingFiles++
  const work = async () => {
    try {
      await processFile(server, agent, stream, file)
    } catch (error) {
      log.of(agent.userId).error('file failed', { filename: file.filename, error: String(error) })
      refuse(server, agent, { filename: file.filename, error: 'unavailable', message: messages.unavailable })
    }
    agent.waitingFiles--
  }
  agent.lastFile = defect.acts('lost-trend-update') ? work() : agent.lastFile.then(work)
}

function refuse(server: InstrumentsServer, agent: ConnectedAgent, refusal: FileRefusal): void {
  server.counts.refusedFiles++
  server.log.of(agent.userId).info('file refused', { ...refusal })
  if (!server.defect.acts('missing-ack-on-invalid-file')) agent.socket.emit('file_validation_error', refusal)
}

function acknowledge(server: InstrumentsServer, { socket }: ConnectedAgent, filename: string): void {
  server.io.to(targetOfAck(server, socket.id)).emit('file_processing_complete', { filename })
}

async function processFile(
  server: InstrumentsServer,
  agent: ConnectedAgent,
  stream: 'data' | 'cv',
  { filename, content: sent }: SentFile,
): Promise<void> {
  const { store, pool, settings, shared, defect } = server
  const isEarly = defect.acts('lost-trend-update')
  if (isEarly) acknowledge(server, agent, filename)
  const owner = await findOwner(server, agent.userId)
  const content = await passThroughFolder(server, filename, sent)
  if (isTakenForKnown(server, filename)) return acknowledge(server, agent, filename)
  const { sessionId } = agent
  const { params, mode: started, results } = readSessionState(await store.readSession(sessionId))
  if (results.length >= settings.maxSessionFiles) {
    const message = `A session has at most ${settings.maxSessionFiles} files.`
    return refuse(server, agent, { filename, error: 'session_full', message })
  }
  const mode = stream === 'cv' ? 'cv' : started === 'cv' ? 'swv' : started
  const { number = 0, frequency = 0 } = parseFileName(filename) ?? {}
  const analysed = await pool.analyse({ content, params, mode, frequency })
  if ('problem' in analysed) {
    return refuse(server, agent, { filename, error: 'invalid_content', message: analysed.problem })
  }
  const { electrodes, mean } = analysed
  const result: FileResult = { mode, filename, number, frequency, electrodes, mean }
  shared.lastSessionId = sessionId
  const key = resultKey(filename)
  const isDone = await overwriteResults(server, sessionId, key, JSON.stringify(result))
  if (!isDone) await store.writeSession(sessionId, { [key]: JSON.stringify(result) })
  const session = readSessionState(await store.readSession(sessionId))
  for (const electrode of chooseElectrodes(session, electrodes.length)) {
    const update = describeUpdate(mode, session, result, analysed, electrode)
    server.io.to([...roomsOfUpdate(server, owner)]).emit(modeEvents[mode].update, update)
    noteUpdate(server, owner, modeEvents[mode].update, update)
  }
  if (!isEarly) acknowledge(server, agent, filename)
}

function chooseElectrodes({ params }: SessionState, count: number): readonly Electrode[] {
  const chosen = params.selectedElectrodes.filter((index) => index < count)
  return chosen.length === 0 ? [null] : chosen
}

function describeUpdate(
  mode: MeasurementMode,
  session: SessionState,
  result: FileResult,
  { curves }: AnalysedFile,
  electrode: Electrode,
) {
  const { filename, frequency } = result
  const { peak, anodic, cathodic, separation } = figuresOf(result, electrode)
  const drawn = curves[electrode ?? curves.length - 1] ?? { potentials: [], raw: [], smoothed: [] }
  if (mode === 'cv') return encodeCvUpdate({ filename, electrode, anodic, cathodic, separation }, drawn)
  if (mode === 'swv') {
    return encodeSwvUpdate({ filename, electrode, peak, trend: traceTrend(session, electrode) }, drawn)
  }
  const charge = frequency > 0 ? peak / frequency : 0
  return encodeFrequencyMapUpdate({ filename, electrode, frequency, peak, charge }, drawn)
}
