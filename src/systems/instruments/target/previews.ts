import { parseAnalysisParams } from '../wire/analysis-params.ts'
import { parseDataFile } from '../wire/data-file.ts'
import { encodeCvPreview, encodeCvSegments } from '../wire/previews.ts'
import { readFields, readText } from '../wire/read-fields.ts'
import { findSegments } from './analysis/analyse-sweeps.ts'
import type { ConnectedAgent, ConnectedViewer, InstrumentsServer } from './instruments-server.ts'
import { previewDone, previewKey, readSessionState } from './session-state.ts'
import type { SentFile } from './validate-file.ts'

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
    const answer =
      'problem' in analysed
        ? { status: 'error', filename, message: analysed.problem }
        : encodeCvPreview({ filename, ...analysed.mean, segments: countSegments(content, params) }, content)
    io.to(wrong ?? viewerSid).emit('cv_preview_response', answer)
  }
}

function countSegments(content: string, params: ReturnType<typeof parseAnalysisParams>): number {
  const data = parseDataFile(content, params)
  return 'problem' in data ? 0 : findSegments(data.potentials).length
}

/** `get_cv_segments` brings its file along. */
export function answerSegments({ settings }: InstrumentsServer, { socket }: ConnectedViewer, sent: unknown): void {
  const fields = readFields(sent)
  const content = readText(fields['content'])
  const refuse = (message: string) => socket.emit('cv_segments_response', { status: 'error', message })
  if (content === undefined) return void refuse('The content of a file is required.')
  if (Buffer.byteLength(content) > settings.maxFileBytes) return void refuse('The file is too large.')
  const data = parseDataFile(content, parseAnalysisParams(fields['params']))
  if ('problem' in data) return void refuse(data.problem)
  socket.emit('cv_segments_response', encodeCvSegments(readText(fields['filename']), findSegments(data.potentials)))
}
