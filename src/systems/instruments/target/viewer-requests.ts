import { encodeAnalysisParams, encodeFilters, parseAnalysisParams, parseFilters } from '../wire/analysis-params.ts'
import { encodeExport } from '../wire/export-csv.ts'
import type { MeasurementMode } from '../wire/file-name.ts'
import { readFields, readNumber, readText, readUserId } from '../wire/read-fields.ts'
import { analysisModes, messages, modeEvents } from '../wire/sessions.ts'
import { targetOfInstruction } from './defects/misroute.ts'
import type { ConnectedViewer, InstrumentsServer } from './instruments-server.ts'
import { makeExport } from './make-export.ts'
import { describeStart, previewKey, readSessionState } from './session-state.ts'
import type { AgentEntry } from './store/session-store.ts'
import { findParamsProblem } from './validate-params.ts'

/** The user's agent, also while its session is kept for it. With viewer keys, only for who has the right one. */
export async function findAgent(
  { store, settings }: InstrumentsServer,
  userId: string,
  viewerKey: string | undefined,
): Promise<AgentEntry | undefined> {
  const entry = await store.find(userId)
  if (!entry || !settings.viewerKeys) return entry
  const { viewerKey: wanted } = readSessionState(await store.readSession(entry.sessionId))
  return wanted !== '' && wanted === viewerKey ? entry : undefined
}

const noFilters = 'Error: filters with a handle are required.'

const readKey = (sent: unknown) => readText(readFields(sent)['viewer_key'])

/** The results of an earlier session of the agent are gone with this. */
export async function startSession(
  server: InstrumentsServer,
  { socket }: ConnectedViewer,
  mode: MeasurementMode,
  sent: unknown,
  watch: (userId: string) => Promise<void>,
): Promise<void> {
  const { store, io } = server
  const { startAnswer, started, noUser } = modeEvents[mode]
  const fields = readFields(sent)
  const userId = readUserId(fields['user_id'])
  const answer = (status: string, message: string) => socket.emit(startAnswer, { status, message })
  if (userId === undefined) return void answer('error', noUser)
  const entry = await findAgent(server, userId, readKey(sent))
  if (!entry) return void answer('error', messages.noAgent)
  const filters = parseFilters(fields['filters'])
  if (!filters) return void answer('error', noFilters)
  const params = parseAnalysisParams(fields['analysisParams'])
  const problem = findParamsProblem(params)
  if (problem !== undefined) return void answer('error', `Error: ${problem}.`)
  await watch(userId)
  const { viewerKey } = readSessionState(await store.readSession(entry.sessionId))
  await store.replaceSession(entry.sessionId, describeStart(mode, params, viewerKey))
  const frequencyMap = mode === 'frequency-map' ? { analysis_mode: analysisModes.frequencyMap } : {}
  io.to(targetOfInstruction(server, userId)).emit('set_filters', { ...encodeFilters(filters), ...frequencyMap })
  answer('success', started)
}

/** Answers nothing, as documented. Without a user id, the one that the viewer asked for is meant. */
export async function stopSession(
  server: InstrumentsServer,
  viewer: ConnectedViewer,
  mode: MeasurementMode,
  sent: unknown,
): Promise<void> {
  const userId = readUserId(readFields(sent)['user_id']) ?? viewer.userId
  const isLost = server.defect.acts('stop-looks-up-viewer')
  if (userId === undefined || isLost || !(await findAgent(server, userId, readKey(sent)))) return
  server.io.to(targetOfInstruction(server, userId)).emit(modeEvents[mode].agentStop, {})
}

export async function sendExport(
  server: InstrumentsServer,
  { socket }: ConnectedViewer,
  mode: MeasurementMode,
  sent: unknown,
): Promise<void> {
  const { store, defect, shared, counts } = server
  const fields = readFields(sent)
  const userId = readUserId(fields['user_id'])
  const answer = (fields: object) => socket.emit(modeEvents[mode].exportAnswer, fields)
  const refuse = (message: string) => void answer({ status: 'error', message })
  if (userId === undefined) return refuse(messages.exportNoUser)
  const entry = await findAgent(server, userId, readKey(sent))
  if (!entry) return refuse(messages.exportNoSession)
  const isGlobal = mode === 'frequency-map' && defect.acts('export-global-session')
  const sessionId = isGlobal ? (shared.lastSessionId ?? entry.sessionId) : entry.sessionId
  const session = { ...readSessionState(await store.readSession(sessionId)), mode }
  const electrode = fields['export_all'] === true ? undefined : readNumber(fields['current_electrode'])
  const table = makeExport(session, electrode)
  if (!table) return refuse(messages.exportNoData)
  counts.exports++
  answer({ status: 'success', data: encodeExport(table) })
}

/** The agent is asked for one file, and answers with `cv_data_from_agent`. */
export async function requestPreview(server: InstrumentsServer, viewer: ConnectedViewer, sent: unknown): Promise<void> {
  const { store, io, shared } = server
  const { socket, userId } = viewer
  const refuse = (message: string) => void socket.emit('cv_preview_response', { status: 'error', message })
  if (userId === undefined) return refuse(messages.noUser)
  const entry = await findAgent(server, userId, readKey(sent))
  const filters = parseFilters(readFields(sent)['filters'])
  if (!entry) return refuse(messages.noAgent)
  if (!filters) return refuse(noFilters)
  const params = parseAnalysisParams(readFields(sent)['analysisParams'])
  const problem = findParamsProblem(params)
  if (problem !== undefined) return refuse(`Error: ${problem}.`)
  shared.lastPreviewViewer = socket.id
  await store.writeSession(entry.sessionId, { [previewKey(socket.id)]: JSON.stringify(encodeAnalysisParams(params)) })
  const instruction = { ...encodeFilters(filters), analysis_mode: analysisModes.preview, preview_mode: true }
  io.to(targetOfInstruction(server, userId)).emit('set_filters', instruction)
}
