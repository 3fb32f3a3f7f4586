import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClientIndex } from '../src/core/plan.ts'
import { type GatewayParams, gatewayParams } from '../src/systems/gateway/params.ts'
import { type DialectName, dialectNames } from '../src/systems/gateway/wire/dialect.ts'
import { getDialect } from '../src/systems/gateway/wire/index.ts'
import type { Batch } from '../src/systems/gateway/wire/rows.ts'
import { writeDataset } from '../src/systems/gateway/workload/dataset/write-dataset.ts'
import { openUpload } from '../src/systems/gateway/workload/open-upload.ts'
import { createOracle } from '../src/systems/gateway/workload/oracle.ts'
import { listBatches } from '../src/systems/gateway/workload/upload-source.ts'
import { type Benchmark, medianCpuMs } from './benchmark.ts'

const rows = 50_000
const chunkBytes = 64 * 1024
const limits = { maxFrameBytes: 1 << 24, maxRows: 100_000 }

/** The upload of one client in memory, its texts flat as those of parsed data are. */
async function makeUpload(dialect: DialectName): Promise<readonly Batch[]> {
  const batches: Batch[] = []
  for await (const batch of listBatches(openUpload(planClient(dialect), 0))) batches.push(batch)
  return structuredClone(batches)
}

function planClient(dialect: DialectName) {
  const { value: params } = gatewayParams.parse({ dialect, rows }) as { value: GatewayParams }
  const arrival = { client: 3 as ClientIndex, group: 'bench', indexInGroup: 3, seed: 7, scheduledAtMs: 0 }
  return { runId: 'bench', arrival, params }
}

function encodeUpload(dialect: DialectName, upload: readonly Batch[]): Buffer[] {
  const encoder = getDialect(dialect).createEncoder()
  return upload.map((batch) => encoder.batch(batch))
}

function splitIntoChunks(frames: readonly Buffer[]): Buffer[] {
  const stream = Buffer.concat(frames)
  const chunks: Buffer[] = []
  for (let at = 0; at < stream.length; at += chunkBytes) chunks.push(stream.subarray(at, at + chunkBytes))
  return chunks
}

const countBytes = (buffers: readonly Buffer[]) => buffers.reduce((sum, { length }) => sum + length, 0)
const aim = { atLeast: 150 }

const encoding = (dialect: DialectName): Benchmark => ({
  name: `gateway wire: encoding ${dialect}, rows in memory`,
  unit: 'MB/s',
  aim,
  async run() {
    const upload = await makeUpload(dialect)
    const bytes = countBytes(encodeUpload(dialect, upload))
    const cpuMs = await medianCpuMs(() => encodeUpload(dialect, upload))
    return { value: bytes / 1000 / cpuMs, note: `of CPU time; ${describeRows(upload, cpuMs)}` }
  },
})

const decoding = (dialect: DialectName): Benchmark => ({
  name: `gateway wire: decoding ${dialect} from chunks of 64 KiB`,
  unit: 'MB/s',
  aim,
  async run() {
    const upload = await makeUpload(dialect)
    const chunks = splitIntoChunks(encodeUpload(dialect, upload))
    const cpuMs = await medianCpuMs(() => {
      const decoder = getDialect(dialect).createUploadDecoder(limits)
      for (const chunk of chunks) decoder.push(chunk)
    })
    return { value: countBytes(chunks) / 1000 / cpuMs, note: `of CPU time; ${describeRows(upload, cpuMs)}` }
  },
})

function describeRows(upload: readonly Batch[], cpuMs: number): string {
  const count = upload.reduce((sum, batch) => sum + batch.rows.length, 0)
  return `${(count / cpuMs / 1000).toFixed(2)} million rows/s`
}

const generation: Benchmark = {
  name: 'gateway workload: generating rows',
  unit: 'rows/ms',
  async run() {
    const client = planClient('acknowledged')
    let count = 0
    const cpuMs = await medianCpuMs(async () => {
      count = 0
      for await (const batch of listBatches(openUpload(client, 0))) count += batch.rows.length
    })
    return { value: count / cpuMs, note: 'users, transactions and items together' }
  },
}

const oracle: Benchmark = {
  name: 'gateway workload: the oracle of an upload',
  unit: 'rows/ms',
  async run() {
    const upload = await makeUpload('acknowledged')
    const cpuMs = await medianCpuMs(() => {
      const answers = createOracle(planClient('acknowledged').params)
      for (const batch of upload) answers.add(batch)
      return answers.answers()
    })
    return { value: upload.reduce((sum, batch) => sum + batch.rows.length, 0) / cpuMs }
  },
}

const reading: Benchmark = {
  name: 'gateway workload: reading CSV files',
  unit: 'rows/ms',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'mcsim-bench-'))
    try {
      const files = await writeDataset(folder, rows, 7, new AbortController().signal)
      const client = planClient('acknowledged')
      const reader = { ...client, params: { ...client.params, dataFolder: folder } }
      const cpuMs = await medianCpuMs(async () => {
        for await (const _ of listBatches(openUpload(reader, 0)));
      }, 3)
      const count = files.reduce((sum, file) => sum + file.rows, 0)
      return { value: count / cpuMs, note: 'stamped; csv-parse takes most of it' }
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

export const benchmarks: readonly Benchmark[] = [
  ...dialectNames.map(encoding),
  ...dialectNames.map(decoding),
  generation,
  oracle,
  reading,
]
