/**
 * Counts of durations in buckets that are 1/16 octave wide, for progress lines: records in nanoseconds, crosses threads
 * as a small typed array, adds up element by element, and is right to about 6 %. Reports use `Histogram`.
 */
export type LiveHistogram = Uint32Array

const subBits = 4
const subBuckets = 2 ** subBits
const buckets = (32 - subBits + 1) * subBuckets
const longestUs = 2 ** 32 - 1

export const createLiveHistogram = (): LiveHistogram => new Uint32Array(buckets)

export function recordLive(histogram: LiveHistogram, ms: number) {
  const us = Math.min(Math.max(0, Math.round(ms * 1000)), longestUs)
  const bucket = bucketOf(us)
  histogram[bucket] = (histogram[bucket] as number) + 1
}

/** The upper end of the bucket in which the given share (0…1) of all values is reached; undefined without values. */
export function liveQuantileMs(histogram: LiveHistogram, share: number): number | undefined {
  const n = histogram.reduce((sum, count) => sum + count, 0)
  if (n === 0) return undefined
  let left = Math.max(1, Math.ceil(share * n))
  const bucket = histogram.findIndex((count) => {
    left -= count
    return left <= 0
  })
  return upperEndUs(bucket) / 1000
}

export function addLive(histograms: readonly LiveHistogram[]): LiveHistogram {
  const sum = createLiveHistogram()
  for (const histogram of histograms) {
    for (let i = 0; i < buckets; i++) sum[i] = (sum[i] as number) + (histogram[i] as number)
  }
  return sum
}

/** How many values there are in each octave, from the first to the last that has any. */
export function listOctaves(histogram: LiveHistogram): readonly { readonly upToMs: number; readonly count: number }[] {
  const octaves = Array.from({ length: buckets / subBuckets }, (_, octave) => ({
    upToMs: (upperEndUs((octave + 1) * subBuckets - 1) + 1) / 1000,
    count: histogram.subarray(octave * subBuckets, (octave + 1) * subBuckets).reduce((sum, count) => sum + count, 0),
  }))
  const isUsed = ({ count }: { readonly count: number }) => count > 0
  return octaves.slice(octaves.findIndex(isUsed), octaves.findLastIndex(isUsed) + 1)
}

/** Below 16 µs each microsecond has a bucket; then each octave has sixteen. */
function bucketOf(us: number): number {
  const octave = 31 - Math.clz32(us)
  if (octave < subBits) return us
  return (octave - subBits + 1) * subBuckets + ((us >>> (octave - subBits)) & (subBuckets - 1))
}

function upperEndUs(bucket: number): number {
  if (bucket < subBuckets) return bucket
  const width = 2 ** (Math.floor(bucket / subBuckets) - 1)
  return (subBuckets + (bucket % subBuckets) + 1) * width - 1
}
