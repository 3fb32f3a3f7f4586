import { encodeSessionReset } from '../wire/index.ts'
import { collectResults } from './collect-results.ts'
import { completeOperation } from './complete-operation.ts'
import { askFrame, createAskingSender } from './frame-senders.ts'
import { pauseReading } from './pause-reading.ts'
import { sendDataset } from './send-dataset.ts'
import type { UploadContext } from './upload-context.ts'

/**
 * One upload of the `acknowledged` dialect with its results, which come on the same connection. An upload that is not
 * the connection's first begins with SESSION_RESET. True: the connection is good for another.
 */
export async function uploadAcknowledged(context: UploadContext): Promise<boolean> {
  const { link, recorder, settings } = context
  const limitMs = settings.answerLimitMs
  const { number } = link.connection
  if (link.isUsed) {
    const reset = { operation: 'session-reset', value: null, bytes: encodeSessionReset(), limitMs }
    if (await askFrame(link, recorder, reset)) return false
  }
  const uploadId = recorder.invoke(number, 'upload', { iteration: context.iteration })
  link.beginUpload(uploadId)
  const oracle = context.work.createOracle()
  const sender = createAskingSender(link, recorder, limitMs, settings.duplicateEof)
  const batches = context.work.openUpload(context.iteration)
  const dataset = { batches, sent: (batch: Parameters<typeof oracle.add>[0]) => oracle.add(batch) }
  const { failure, ...sent } = await sendDataset(dataset, context.dialect.createEncoder(), sender)
  completeOperation(recorder, uploadId, failure, failure ? sent : { ...sent, expected: oracle.expected() })
  if (failure) return false
  const resultsId = recorder.invoke(number, 'results', { uploadId })
  await pauseReading(context)
  const code = await collectResults(link, settings)
  completeOperation(recorder, resultsId, code, { missing: link.collector.missing })
  return code === undefined && link.failure === undefined
}
