import { createTaking } from '../defects/overtaken-chunk.ts'
import { type Content, type Envelope, readEnvelope, stageQueue } from '../pipeline/envelope.ts'
import { applyFilter, filters } from '../pipeline/filters.ts'
import type { Destination, FilterStage } from '../pipeline/stages.ts'
import { decodeTable, encodeTable } from '../pipeline/table.ts'
import { publish } from './publish.ts'
import { settleAfter } from './settle.ts'
import type { Worker, WorkerContext } from './worker.ts'

/** A filter keeps nothing of any client: it passes on one chunk for each chunk, and each EOF, whenever that comes. */
export async function startFilter(stage: FilterStage, context: WorkerContext): Promise<Worker> {
  const { broker, queuePrefix, prefetch, log } = context
  const busy = new Set<Promise<void>>()
  const taking = createTaking(stage, context)
  const consumer = await broker.consume(stageQueue(queuePrefix, stage, 0), { prefetch }, (message) => {
    const envelope = readEnvelope(message)
    // What comes back to the same worker has no sibling to go to.
    if (!message.redelivered && taking.isBusyWith(envelope)) return message.reject(true)
    const passedOn = taking.take(envelope, (taken) => passOn(stage, taken, message.body, context))
    const settled = settleAfter(passedOn, message, log).finally(() => busy.delete(settled))
    busy.add(settled)
  })
  return {
    clients: 0,
    async stop() {
      await consumer.cancel()
      taking.stop()
      await Promise.all(busy)
    },
  }
}

async function passOn(
  stage: FilterStage,
  { content, route }: Envelope,
  body: Buffer,
  context: WorkerContext,
): Promise<void> {
  if (content.type === 'data') {
    if (context.defect.acts('lost-chunk')) return
    const outputs = applyFilter(stage, content.dataType, decodeTable(body))
    await Promise.all(
      outputs.map(({ to, table }) =>
        publish(context, to, { route, content: contentFor(to, content) }, encodeTable(table)),
      ),
    )
  } else if (content.type === 'eof') {
    context.log.of(route.clientId).info('EOF passed on', { stage, kind: content.dataType, chunks: content.totalChunks })
    const outputs = filters[stage].outputs[content.dataType] ?? []
    await Promise.all(outputs.map(({ to }) => publish(context, to, { route, content: contentFor(to, content) })))
  }
}

/** What leaves the last filter is the answer to query 1. */
function contentFor(to: Destination, content: Content): Envelope['content'] {
  if (to !== 'results') return content
  if (content.type === 'data') return { type: 'result', query: 'q1', chunkIndex: content.chunkIndex }
  if (content.type === 'eof') return { type: 'result-eof', query: 'q1', totalChunks: content.totalChunks }
  return content
}
