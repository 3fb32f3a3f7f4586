import type { Json } from '../../core/json.ts'
import { markerLength, markerMagic, markerMagicOffset, type RunKey, readMarker } from '../../core/marker.ts'
import type { ClientIndex } from '../../core/plan.ts'
import type { Fact } from '../../core/transcript.ts'

const hex = (digits: number) => `[0-9a-f]{${digits}}`
const markerPattern = new RegExp(`${hex(8)}-${markerMagic}-${hex(4)}-${hex(12)}`, 'g')

/**
 * Puts in the place of each marker what is the same in every run: whose it is, and which of its owner's. Without this
 * nothing that holds one could be compared, since each run has markers of its own.
 */
export function normaliseFact(fact: Fact, key: RunKey, client: ClientIndex): Fact {
  const fields = Object.fromEntries(
    Object.entries(fact.fields).map(([name, value]) => [name, normaliseValue(value, key, client)]),
  )
  return { ...fact, key: normaliseText(fact.key, key, client), fields }
}

function normaliseValue(value: Json, key: RunKey, client: ClientIndex): Json {
  if (typeof value === 'string') return normaliseText(value, key, client)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => normaliseValue(item, key, client))
  const entries = Object.entries(value).map(([name, item]) => [
    normaliseText(name, key, client),
    normaliseValue(item, key, client),
  ])
  return Object.fromEntries(entries)
}

function normaliseText(text: string, key: RunKey, client: ClientIndex): string {
  if (text.length < markerLength || !text.includes(markerMagic)) return text
  return text.replace(markerPattern, (marker) => {
    const fields = readMarker(key, Buffer.from(marker, 'latin1'), markerMagicOffset)
    if (!fields) return marker
    const { kind, owner, epoch, sequence } = fields
    const whose = owner === client ? 'own' : typeof owner === 'number' ? `client ${owner}` : owner
    return `<${whose} ${kind} ${epoch}.${sequence}>`
  })
}
