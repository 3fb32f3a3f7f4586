import type { JsonObject } from '../../../core/json.ts'
import type { GatewayParams } from '../params.ts'
import type { FinalAnswer } from '../wire/dialect.ts'
import type { Batch } from '../wire/rows.ts'
import { asJson } from '../workload/event-values.ts'
import { createStreamingSender } from './frame-senders.ts'
import type { Reply } from './gateway-link.ts'
import { completeOperation, type OutcomeCode } from './outcome-codes.ts'
import { collectFolder } from './results-folder.ts'
import { sendDataset } from './send-dataset.ts'
import type { UploadContext } from './upload-context.ts'

/**
 * One upload of a dialect whose server answers once, after the client has ended its side: `sequenced` brings the
 * results in that answer, `streamed` writes them to a folder later. The connection is used up by it.
 */
export async function uploadOnce(context: UploadContext): Promise<false> {
  const { link, recorder, params, work, iteration } = context
  const uploadId = recorder.invoke(link.connection.number, 'upload', { iteration })
  link.beginUpload(uploadId)
  link.expect('final')
  const oracle = work.createOracle()
  const sender = createStreamingSender(link, params.answerTimeoutMs)
  const dataset = {
    source: work.openUpload(iteration),
    interleave: params.interleave,
    sent: (batch: Batch) => oracle.add(batch),
  }
  const { failure, ...sent } = await sendDataset(dataset, context.dialect.createEncoder(), sender)
  link.connection.end()
  const reply = await link.awaitReply('final', params.answerTimeoutMs)
  const code = codeOfReply(reply) ?? failure
  const answered = 'answer' in reply ? describeAnswer(reply.answer, params.dialect) : {}
  const value = {
    ...sent,
    isSent: failure === undefined,
    ...answered,
    ...(code ? {} : { expected: asJson(oracle.answers()) }),
  }
  completeOperation(recorder, uploadId, code, value, 'atMs' in reply ? reply.atMs : undefined)
  // A server that refuses an upload may reset the connection on which it is still being sent.
  link.connection.expectReset()
  if (code || !('answer' in reply)) return false
  await collect(context, uploadId, reply.answer, reply.atMs)
  await link.linger(params.lingerMs)
  return false
}

async function collect(context: UploadContext, uploadId: number, answer: FinalAnswer, atMs: number): Promise<void> {
  const { link, recorder } = context
  const resultsId = recorder.invoke(link.connection.number, 'results', { uploadId })
  let code: OutcomeCode | undefined
  if (answer.results) for (const part of answer.results) link.addResults(part, atMs)
  else code = await collectFolder(context, answer.sessionId ?? '')
  const { missing } = link.collector
  completeOperation(recorder, resultsId, code ?? (missing.length > 0 ? 'results-missing' : undefined), { missing })
}

function codeOfReply(reply: Reply<FinalAnswer>): OutcomeCode | undefined {
  if ('code' in reply) return reply.code
  if (reply.answer.ok) return undefined
  return reply.answer.error === 'MAX_CLIENTS_REACHED' ? 'max-clients-reached' : 'server-error'
}

/**
 * What the server says of the upload. `streamed` counts the records that it was sent; what a `sequenced` server has
 * "processed" is its own affair, so that this number is kept but not judged.
 */
function describeAnswer(answer: FinalAnswer, dialect: GatewayParams['dialect']): JsonObject {
  const { sessionId, batches, records, missing, error } = answer
  return {
    ...(sessionId !== undefined && { sessionId }),
    ...(batches !== undefined && { answeredBatches: batches }),
    ...(records !== undefined && { [dialect === 'streamed' ? 'answeredRows' : 'processedRows']: records }),
    ...(missing !== undefined && { answeredMissing: missing }),
    ...(error !== undefined && { error }),
  }
}
