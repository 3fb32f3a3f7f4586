import { createDeepBudget, type DeepScanMode, sampledBytesPerSecond } from '../src/check/deep-scan/deep-budget.ts'
import { createOwnershipScan } from '../src/check/ownership-scan.ts'
import { createMint, deriveRunKey } from '../src/core/marker.ts'
import type { ClientIndex } from '../src/core/plan.ts'
import { type Benchmark, medianCpuMs } from './benchmark.ts'

const key = deriveRunKey('bench')
const me = 5 as ClientIndex
const mint = createMint(key, 'payload', me)
const chunkBytes = 65_536
const chunks = 2000

/** Rows as a result brings them. The ids that are no markers are plain numbers. */
function resultChunk(isMarked: (row: number) => boolean): Buffer {
  let text = ''
  for (let row = 0; text.length < chunkBytes; row++) {
    const id = isMarked(row) ? mint(row) : `${row}`.padStart(12, '0')
    text += `{"transaction_id":"${id}","final_amount":${75 + (row % 400) / 4},"created_at":"2024-05-01 10:00:00"}\n`
  }
  return Buffer.from(text).subarray(0, chunkBytes)
}

/** Any bytes, as images and compressed data are. */
function binaryChunk(): Buffer {
  let state = 1
  const chunk = Buffer.alloc(chunkBytes)
  for (let i = 0; i < chunkBytes; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0
    chunk[i] = state >>> 16
  }
  return chunk
}

interface Case {
  readonly name: string
  readonly aim?: Benchmark['aim']
  readonly chunk: Buffer
  readonly mode: DeepScanMode
}

/** `sampled` has nothing to spend here, so that it is the plain scan alone. */
const benchmark = ({ name, aim, chunk, mode }: Case): Benchmark => ({
  name,
  unit: 'GB/s',
  ...(aim && { aim }),
  async run() {
    const count = Math.round((chunks * chunkBytes) / chunk.length / (mode === 'always' ? 4 : 1))
    const settings = { key, clients: 1000, budget: createDeepBudget(mode, mode === 'always' ? undefined : 0) }
    const cpuMs = await medianCpuMs(() => {
      const scan = createOwnershipScan(settings, me)
      for (let i = 0; i < count; i++) scan.scan(chunk, 0)
    })
    const gigabytes = (count * chunk.length) / cpuMs / 1e6
    if (mode === 'sampled') return { value: gigabytes }
    const share = (sampledBytesPerSecond / 1e9 / gigabytes) * 100
    return { value: gigabytes, note: `${share.toFixed(1)} % of a core at the rate up to which all is searched` }
  },
})

const unmarked = resultChunk(() => false)
const sparse = resultChunk((row) => row % 10 === 0)
const dense = resultChunk(() => true)

export const benchmarks: readonly Benchmark[] = (
  [
    { name: 'ownership scan, rows without markers', aim: { atLeast: 1 }, chunk: unmarked, mode: 'sampled' },
    { name: 'ownership scan, a marker in every tenth row', aim: { atLeast: 1 }, chunk: sparse, mode: 'sampled' },
    { name: 'ownership scan, a marker in every row', chunk: dense, mode: 'sampled' },
    { name: 'deep scan, rows without markers', chunk: unmarked, mode: 'always' },
    { name: 'deep scan, a marker in every row', chunk: dense, mode: 'always' },
    { name: 'deep scan, any bytes', chunk: binaryChunk(), mode: 'always' },
    { name: 'deep scan, messages of 200 bytes', chunk: sparse.subarray(0, 200), mode: 'always' },
  ] satisfies readonly Case[]
).map(benchmark)
