import type { Benchmark, Measurement } from './benchmark.ts'
import { benchmarks as ofBroker } from './broker.bench.ts'
import { benchmarks as ofCheck } from './check.bench.ts'
import { benchmarks as ofChecksMemory } from './checks-memory.bench.ts'
import { benchmarks as ofChecks } from './checks-share.bench.ts'
import { benchmarks as ofDevices } from './devices.bench.ts'
import { benchmarks as ofHistory } from './history.bench.ts'
import { benchmarks as ofObservers } from './observers.bench.ts'
import { benchmarks as ofPipeline } from './pipeline.bench.ts'
import { benchmarks as ofReplay } from './replay.bench.ts'
import { benchmarks as ofScan } from './scan.bench.ts'
import { benchmarks as ofSocketIo } from './socketio.bench.ts'
import { benchmarks as ofStartup } from './startup.bench.ts'
import { benchmarks as ofUpload } from './upload.bench.ts'
import { benchmarks as ofWire } from './wire.bench.ts'

const benchmarks: readonly Benchmark[] = [
  ...ofScan,
  ...ofChecks,
  ...ofChecksMemory,
  ...ofHistory,
  ...ofCheck,
  ...ofObservers,
  ...ofBroker,
  ...ofStartup,
  ...ofUpload,
  ...ofWire,
  ...ofPipeline,
  ...ofDevices,
  ...ofReplay,
  ...ofSocketIo,
]

/** `node build/bench/main.js [filter]`: runs the benchmarks whose name contains the filter, one after the other. */
async function main(filter = '') {
  const chosen = benchmarks.filter(({ name }) => name.includes(filter))
  if (chosen.length === 0) {
    process.stderr.write(`no benchmark has "${filter}" in its name; there are:\n`)
    for (const { name } of benchmarks) process.stderr.write(`  ${name}\n`)
    process.exitCode = 2
    return
  }
  const width = Math.max(...chosen.map(({ name }) => name.length))
  for (const benchmark of chosen) {
    process.stdout.write(`${benchmark.name.padEnd(width)}  `)
    process.stdout.write(`${describe(benchmark, await benchmark.run())}\n`)
  }
}

function describe({ unit, aim }: Benchmark, { value, ratio, note }: Measurement): string {
  const parts = [`${digits(value).padStart(8)} ${unit.padEnd(8)}`]
  if (aim) {
    const [sign, limit] = 'atLeast' in aim ? ['≥', aim.atLeast] : ['≤', aim.atMost]
    const met = sign === '≥' ? value >= limit : value <= limit
    parts.push(`aim ${sign} ${digits(limit)} ${met ? 'met' : 'MISSED'}`)
  }
  if (ratio) parts.push(`${digits(ratio.value)} × ${ratio.to}`)
  if (note) parts.push(note)
  return parts.join('  ')
}

const digits = (value: number) => (Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3))))

await main(process.argv[2])
