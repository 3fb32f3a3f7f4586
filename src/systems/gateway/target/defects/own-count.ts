import { setTimeout as delay } from 'node:timers/promises'
import type { PlantedDefect } from '../../../../targets/defect.ts'
import type { DefectName } from '../defect-name.ts'
import type { Envelope } from '../pipeline/envelope.ts'

/** So long a worker works on a chunk. An EOF is no work. */
const workMs = 5

/**
 * `eof-overtakes-data`: an EOF that leaves a filter speaks only of the chunks that this one worker has passed on, so
 * that it overtakes those that its siblings hold.
 */
export function createOwnCount(defect: PlantedDefect<DefectName>): (envelope: Envelope) => Promise<Envelope> {
  const passedOn = new Map<string, number>()
  return async (envelope) => {
    const { route, content } = envelope
    if (!('dataType' in content) || !defect.acts('eof-overtakes-data')) return envelope
    const key = `${route.clientId} ${content.dataType}`
    if (content.type === 'eof') return { route, content: { ...content, totalChunks: passedOn.get(key) ?? 0 } }
    await delay(workMs)
    passedOn.set(key, (passedOn.get(key) ?? 0) + 1)
    return envelope
  }
}
