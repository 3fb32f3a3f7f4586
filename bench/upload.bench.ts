import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunReport } from '../src/core/report.ts'
import type { Benchmark, Measurement } from './benchmark.ts'

const bin = new URL('../../bin/mcsim.js', import.meta.url).pathname

/** Ten clients generate, upload and check so many transactions each, with history, through the real program. */
async function runUpload(rows: number): Promise<RunReport> {
  const dir = await mkdtemp(join(tmpdir(), 'mcsim-bench-'))
  try {
    const out = join(dir, 'run')
    const args = ['gateway', '--clients', '10', '--rows', String(rows), '--out', out, '--quiet', '--json']
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    await once(child, 'exit')
    return JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as RunReport
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function measurePeak(): Promise<Measurement> {
  const few = await runUpload(50_000)
  const many = await runUpload(200_000)
  if (many.verdict !== 'pass') throw new Error(`the upload did not pass: ${many.reasons.join('; ')}`)
  const [fewMb, manyMb] = [few, many].map(({ health }) => health.peakRssBytes / 2 ** 20) as [number, number]
  const rate = Math.round((10 * 200_000) / (many.durationMs / 1000))
  return {
    value: manyMb,
    ratio: { to: 'the peak with a quarter of the rows', value: manyMb / fewMb },
    note: `${rate} transactions/s with all checks, target on the same machine`,
  }
}

export const benchmarks: readonly Benchmark[] = [
  { name: 'upload of 10 × 200 000 rows, peak memory', unit: 'MB', aim: { atMost: 400 }, run: measurePeak },
]
