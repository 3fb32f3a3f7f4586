import { readFields, readNumber, readText } from './read-fields.ts'

/** One sweep of a cyclic voltammogram, from a turning point to the next. Indices of points, the end not included. */
export interface CvSegment {
  readonly from: number
  readonly to: number
  readonly direction: 'forward' | 'reverse'
}

/** `cv_preview_response`: one file of the agent, analysed, for the viewer that asked. */
export interface CvPreview {
  readonly filename: string
  readonly anodic: number
  readonly cathodic: number
  readonly segments: number
}

export function encodeCvPreview({ filename, anodic, cathodic, segments }: CvPreview, content: string) {
  return {
    status: 'success',
    filename,
    content,
    analysis: { anodic_peak_current: anodic, cathodic_peak_current: cathodic, num_segments: segments },
  }
}

/** Undefined for a refusal. */
export function parseCvPreview(value: unknown): CvPreview | undefined {
  const fields = readFields(value)
  const analysis = readFields(fields['analysis'])
  const filename = readText(fields['filename'])
  if (filename === undefined) return undefined
  return {
    filename,
    anodic: readNumber(analysis['anodic_peak_current']) ?? 0,
    cathodic: readNumber(analysis['cathodic_peak_current']) ?? 0,
    segments: readNumber(analysis['num_segments']) ?? 0,
  }
}

export function encodeCvSegments(filename: string | undefined, segments: readonly CvSegment[]) {
  return { status: 'success', ...(filename !== undefined && { filename }), segments }
}

/** `cv_segments_response`. Not every server says of which file it speaks, and how long each sweep is. */
export interface CvSegmentsAnswer {
  readonly status: string | null
  readonly filename: string | null
  /** How many sweeps the server found; null for a refusal. */
  readonly segments: number | null
  /** Points of each; null where it does not say. */
  readonly lengths: readonly number[] | null
}

export function parseCvSegments(value: unknown): CvSegmentsAnswer {
  const { status, filename, segments, num_segments: count } = readFields(value)
  const list: readonly unknown[] | undefined = Array.isArray(segments) ? segments : undefined
  const lengths = list?.map(lengthOf)
  return {
    status: readText(status) ?? null,
    filename: readText(filename) ?? null,
    segments: list?.length ?? readNumber(count) ?? null,
    lengths: lengths?.every((length) => length !== undefined) ? (lengths as number[]) : null,
  }
}

function lengthOf(segment: unknown): number | undefined {
  const { from, to } = readFields(segment)
  const [first, end] = [readNumber(from), readNumber(to)]
  return first === undefined || end === undefined ? undefined : end - first
}
