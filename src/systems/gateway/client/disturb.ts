import type { JsonObject } from '../../../core/json.ts'
import type { DialectName } from '../wire/dialect.ts'
import { completeOperation } from './complete-operation.ts'
import { createAskingSender, createStreamingSender } from './frame-senders.ts'
import { sendDataset } from './send-dataset.ts'
import type { UploadContext } from './upload-context.ts'

/** How an upload ends on purpose. */
export type Disturbance =
  | { readonly type: 'leave'; readonly afterBatches: number }
  | { readonly type: 'malformed-frame'; readonly afterBatches: number }

/**
 * A frame that every parser refuses at once: a batch whose only field reaches beyond it, or a batch of an unknown
 * type.
 */
const malformedFrames: Readonly<Record<DialectName, Buffer>> = {
  acknowledged: Buffer.from('00000014000000010000000100000004ffffffff', 'hex'),
  streamed: Buffer.from('00000001ff', 'hex'),
  sequenced: Buffer.from('00000001ff00000000', 'hex'),
}

/**
 * Sends a part of an upload and then disturbs: leaves with a reset within a frame, or sends a malformed one. What the
 * server answers to that is recorded; nothing that it may do is wrong. The connection is used up by it.
 */
export async function disturb(context: UploadContext, disturbance: Disturbance): Promise<void> {
  const { link, recorder, settings, work, iteration } = context
  const { afterBatches } = disturbance
  const asking = settings.dialect === 'acknowledged'
  const operationId = recorder.invoke(link.connection.number, 'partial-upload', { iteration, afterBatches })
  link.beginUpload(operationId)
  if (!asking) link.expect('final')
  const dataset = { batches: work.openUpload(iteration), stopAfterBatches: afterBatches }
  const sender = asking
    ? createAskingSender(link, recorder, settings.answerLimitMs, false)
    : createStreamingSender(link, settings.answerLimitMs)
  const { failure, ...sent } = await sendDataset(dataset, context.dialect.createEncoder(), sender)
  if (failure) return completeOperation(recorder, operationId, failure, sent)
  recorder.fault(link.connection.number, disturbance.type, sent)
  const end = disturbance.type === 'leave' ? await leave(context) : await sendMalformed(context)
  completeOperation(recorder, operationId, undefined, { ...sent, ...end })
}

async function leave({ link, settings }: UploadContext): Promise<JsonObject> {
  const frame = malformedFrames[settings.dialect]
  await link.send(frame.subarray(0, frame.length - 4), settings.answerLimitMs)
  link.connection.reset('dropped')
  await link.connection.closed
  return {}
}

async function sendMalformed({ link, settings }: UploadContext): Promise<JsonObject> {
  const { connection } = link
  connection.expectReset()
  const type = settings.dialect === 'acknowledged' ? 'answer' : 'final'
  const reply = await link.ask(type, malformedFrames[settings.dialect], settings.answerLimitMs)
  return { answered: 'code' in reply ? reply.code : reply.answer.ok ? 'ok' : 'error' }
}
