import type { Json } from '../core/json.ts'
import {
  type MarkerFields,
  markerLength,
  markerMagic,
  markerMagicOffset,
  type RunKey,
  readMarker,
} from '../core/marker.ts'

/** All markers in the texts of a value. */
export function findValueMarkers(key: RunKey, value: Json): MarkerFields[] {
  if (typeof value === 'string') return findInText(key, value)
  if (Array.isArray(value)) return value.flatMap((item: Json) => findValueMarkers(key, item))
  if (typeof value === 'object' && value !== null)
    return Object.values(value).flatMap((item) => findValueMarkers(key, item))
  return []
}

function findInText(key: RunKey, text: string): MarkerFields[] {
  const found: MarkerFields[] = []
  for (let at = text.indexOf(markerMagic); at >= 0; at = text.indexOf(markerMagic, at + markerMagic.length)) {
    const from = at - markerMagicOffset
    if (from < 0) continue
    const marker = readMarker(key, Buffer.from(text.slice(from, from + markerLength), 'latin1'), markerMagicOffset)
    if (marker) found.push(marker)
  }
  return found
}
