import { encodeSessionReset } from '../wire/index.ts'
import type { Batch } from '../wire/rows.ts'
import { asJson } from '../workload/event-values.ts'
import { collectResults } from './collect-results.ts'
import { askFrame, createAskingSender } from './frame-senders.ts'
import { completeOperation } from './outcome-codes.ts'
import { sendDataset } from './send-dataset.ts'
import type { UploadContext } from './upload-context.ts'

/**
 * One upload of the `acknowledged` dialect with its results, which come on the same connection. An upload that is not
 * the connection's first begins with SESSION_RESET. True: the connection is good for another.
 */
export async function uploadAcknowledged(context: UploadContext): Promise<boolean> {
  const { link, recorder, params, work, iteration } = context
  const limitMs = params.answerTimeoutMs
  const { number } = link.connection
  if (link.isUsed) {
    const reset = { operation: 'session-reset', value: null, bytes: encodeSessionReset(), limitMs }
    if (await askFrame(link, recorder, reset)) return false
  }
  const uploadId = recorder.invoke(number, 'upload', { iteration })
  link.beginUpload(uploadId)
  link.expectsResults = true
  const oracle = work.createOracle()
  const dataset = { source: work.openUpload(iteration), interleave: false, sent: (batch: Batch) => oracle.add(batch) }
  const sender = createAskingSender(link, recorder, limitMs, params.duplicateEnd)
  const { failure, ...sent } = await sendDataset(dataset, context.dialect.createEncoder(), sender)
  completeOperation(recorder, uploadId, failure, failure ? sent : { ...sent, expected: asJson(oracle.answers()) })
  if (failure) return false
  const resultsId = recorder.invoke(number, 'results', { uploadId })
  const code = await collectResults(link, params, sent.rows)
  link.expectsResults = false
  completeOperation(recorder, resultsId, code, { missing: link.collector.missing })
  await link.linger(params.lingerMs)
  return params.resetBetween && code === undefined && link.failure === undefined
}
