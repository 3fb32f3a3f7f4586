import { parseAnalysisParams } from '../wire/analysis-params.ts'
import { encodeCvPreview, encodeCvSegments } from '../wire/previews.ts'
import { readFields, readText } from '../wire/read-fields.ts'
import { passSegmentsRequest } from './defects/spoil-file.ts'
import type { ConnectedAgent, ConnectedViewer, InstrumentsServer } from './instruments-server.ts'
import { previewDone, previewKey, readSessionState } from './session-state.ts'
import type { SentFile } from './validate-file.ts'
import { findParamsProblem } from './validate-params.ts'

/** The agent's file goes to those that asked for a preview, analysed as a session of theirs would be. */
export async function answerPreviews(
  server: InstrumentsServer,
  agent: ConnectedAgent,
  { filename, content }: SentFile,
): Promise<void> {
  const { store, pool, io, defect, shared } = server
  const { previews } = readSessionState(await store.readSession(agent.sessionId))
  if (previews.length === 0) return
  const done = previews.map(({ viewerSid }) => [previewKey(viewerSid), previewDone])
  await store.writeSession(agent.sessionId, Object.fromEntries(done))
  const wrong = defect.acts('preview-to-wrong-viewer') ? shared.lastPreviewViewer : undefined
  for (const { viewerSid, params } of previews) {
    const analysed = await pool.analyse({ content, params, mode: 'cv', frequency: 0 })
    const segments = await pool.findSegments({ content, params })
    const answer =
      'problem' in analysed || 'problem' in segments
        ? { status: 'error', filename, message: 'problem' in analysed ? analysed.problem : 'no sweeps were found' }
        : encodeCvPreview({ filename, ...analysed.mean, segments: segments.length }, content)
    io.to(wrong ?? viewerSid).emit('cv_preview_response', answer)
  }
}

/** `get_cv_segments` brings its file along. */
export async function answerSegments(server: InstrumentsServer, viewer: ConnectedViewer, sent: unknown): Promise<void> {
  const { settings, pool } = server
  const fields = readFields(sent)
  const content = readText(fields['content'])
  const refuse = (message: string) => void viewer.socket.emit('cv_segments_response', { status: 'error', message })
  if (content === undefined) return refuse('The content of a file is required.')
  if (Buffer.byteLength(content) > settings.maxFileBytes) return refuse('The file is too large.')
  const params = parseAnalysisParams(fields['params'])
  const problem = findParamsProblem(params)
  if (problem !== undefined) return refuse(`Error: ${problem}.`)
  const file = await passSegmentsRequest(server, { filename: readText(fields['filename']), content })
  const segments = await pool.findSegments({ content: file.content, params })
  if ('problem' in segments) return refuse(segments.problem)
  viewer.socket.emit('cv_segments_response', encodeCvSegments(file.filename, segments))
}
