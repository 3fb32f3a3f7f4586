import type { Envelope } from '../pipeline/envelope.ts'
import type { FilterStage } from '../pipeline/stages.ts'
import type { WorkerContext } from '../workers/worker.ts'

/** How one worker takes what comes to it. */
export interface Taking {
  /** The worker is still at rows of the kind that this EOF ends: the broker gives it to a sibling, if there is one. */
  isBusyWith(envelope: Envelope): boolean
  /** Passes on what came, or what the defect makes of it; a chunk, perhaps, not before its EOF has passed. */
  take(envelope: Envelope, passOn: (envelope: Envelope) => Promise<void>): Promise<void>
  /** Lets go of all that the worker has in its hands. */
  stop(): void
}

/**
 * `eof-overtakes-data`: a worker of the first filter is at the first chunk of a kind until a sibling has passed on the
 * EOF of that kind, which speaks of the other chunks only. No clock decides which of them comes first.
 */
export function createTaking(stage: FilterStage, { defect, shared }: Pick<WorkerContext, 'defect' | 'shared'>): Taking {
  const { heldChunks } = shared
  const self = {}

  async function takeEof(envelope: Envelope, passOn: (envelope: Envelope) => Promise<void>): Promise<void> {
    const chunk = heldChunks.get(keyOf(envelope))
    heldChunks.delete(keyOf(envelope))
    const { route, content } = envelope
    const overtakes = content.type === 'eof' && chunk !== undefined && chunk.holder !== self
    try {
      await passOn(overtakes ? { route, content: { ...content, totalChunks: content.totalChunks - 1 } } : envelope)
    } finally {
      chunk?.letGo()
    }
  }

  return {
    isBusyWith: (envelope) => envelope.content.type === 'eof' && heldChunks.get(keyOf(envelope))?.holder === self,
    async take(envelope, passOn) {
      const { content } = envelope
      if (content.type === 'eof') return takeEof(envelope, passOn)
      const isFirst = stage === 'filter-year' && content.type === 'data' && content.chunkIndex === 0
      if (isFirst && defect.acts('eof-overtakes-data')) {
        await new Promise<void>((letGo) => heldChunks.set(keyOf(envelope), { holder: self, letGo }))
      }
      return passOn(envelope)
    },
    stop() {
      for (const [key, chunk] of heldChunks) {
        if (chunk.holder !== self) continue
        heldChunks.delete(key)
        chunk.letGo()
      }
    },
  }
}

const keyOf = ({ route, content }: Envelope) => `${route.clientId} ${'dataType' in content ? content.dataType : ''}`
