import type { JsonObject } from '../../../core/json.ts'
import type { DialectName } from '../wire/dialect.ts'
import { createAskingSender, createStreamingSender } from './frame-senders.ts'
import { completeOperation } from './outcome-codes.ts'
import { sendDataset } from './send-dataset.ts'
import type { UploadContext } from './upload-context.ts'

/** How an upload ends on purpose: after a share of its data. */
export interface Disturbance {
  readonly type: 'leave' | 'malformed-frame' | 'oversized-frame'
  readonly at: number
}

/**
 * A frame that every parser refuses at once: a batch whose only field reaches beyond it, or a batch of an unknown
 * type.
 */
const malformedFrames: Readonly<Record<DialectName, Buffer>> = {
  acknowledged: Buffer.from('00000014000000010000000100000004ffffffff', 'hex'),
  streamed: Buffer.from('00000001ff', 'hex'),
  sequenced: Buffer.from('00000001ff00000000', 'hex'),
}

/** Frames of two gigabytes, or with so many rows: the first bytes of them. */
const oversizedFrames: Readonly<Record<DialectName, Buffer>> = {
  acknowledged: Buffer.from('7fffffff000000010000000100000004', 'hex'),
  streamed: Buffer.from('7fffffff007fffffff', 'hex'),
  sequenced: Buffer.from('7fffffff00000000007fffffff', 'hex'),
}

/**
 * Sends a part of an upload and then disturbs: leaves within a frame, or sends a malformed one. What the
 * server answers to that is recorded; nothing that it may do is wrong. The connection is used up by it.
 */
export async function disturb(context: UploadContext, { type, at }: Disturbance): Promise<void> {
  const { link, recorder, params, work, iteration } = context
  const asking = params.dialect === 'acknowledged'
  const operationId = recorder.invoke(link.connection.number, 'partial-upload', { iteration, at })
  link.beginUpload(operationId)
  if (!asking) link.expect('final')
  const dataset = { source: work.openUpload(iteration), interleave: params.interleave, stopAt: at }
  const sender = asking
    ? createAskingSender(link, recorder, params.answerTimeoutMs, false)
    : createStreamingSender(link, params.answerTimeoutMs)
  const { failure, ...sent } = await sendDataset(dataset, context.dialect.createEncoder(), sender)
  if (failure) return completeOperation(recorder, operationId, failure, sent)
  recorder.fault(link.connection.number, type, sent)
  const frames = type === 'oversized-frame' ? oversizedFrames : malformedFrames
  const end = type === 'leave' ? await leave(context) : await sendMalformed(context, frames[params.dialect])
  completeOperation(recorder, operationId, undefined, { ...sent, ...end })
}

/** What was sent is on its way before the client is gone, so that the server really holds a part of an upload. */
async function leave({ link, params }: UploadContext): Promise<JsonObject> {
  const frame = malformedFrames[params.dialect]
  await link.send(frame.subarray(0, frame.length - 4), params.answerTimeoutMs)
  await link.flush(params.answerTimeoutMs)
  link.connection.destroy('dropped')
  await link.connection.closed
  return {}
}

async function sendMalformed({ link, params }: UploadContext, frame: Buffer): Promise<JsonObject> {
  const { connection } = link
  connection.expectReset()
  const type = params.dialect === 'acknowledged' ? 'answer' : 'final'
  const reply = await link.ask(type, frame, params.answerTimeoutMs)
  return { answered: 'code' in reply ? reply.code : reply.answer.ok ? 'ok' : 'error' }
}
