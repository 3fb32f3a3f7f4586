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

function benchmark(name: string, aim: Benchmark['aim'], chunk: Buffer): Benchmark {
  return {
    name,
    unit: 'GB/s',
    ...(aim && { aim }),
    async run() {
      const cpuMs = await medianCpuMs(() => {
        const scan = createOwnershipScan(key, me)
        for (let i = 0; i < chunks; i++) scan.scan(chunk)
      })
      return { value: (chunks * chunkBytes) / cpuMs / 1e6 }
    },
  }
}

export const benchmarks: readonly Benchmark[] = [
  benchmark(
    'ownership scan, rows without markers',
    { atLeast: 1 },
    resultChunk(() => false),
  ),
  benchmark(
    'ownership scan, a marker in every tenth row',
    { atLeast: 1 },
    resultChunk((row) => row % 10 === 0),
  ),
  benchmark(
    'ownership scan, a marker in every row',
    undefined,
    resultChunk(() => true),
  ),
]
