import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkRun } from '../src/engine/check-run.ts'
import { readHistoryFile } from '../src/engine/read-history-file.ts'
import { historyFileName, readRunFile } from '../src/engine/run-file.ts'
import { loadSystems } from '../src/systems/index.ts'
import { type Benchmark, compareCpuMs, type Measurement } from './benchmark.ts'
import { runMcsimInto } from './run-mcsim.ts'

/** So many events a second, of CPU time. */
const aim = 500_000

/** Each run has some tens of thousands of events, so that what a run costs once does not count. */
const runs: Readonly<Record<string, readonly string[]>> = {
  devices: ['devices', '--clients', '100', '--rounds', '60', '--think-time', '10ms'],
  viewers: ['viewers', '--clients', '60', '--acts', '6', '--watch', '500ms'],
}

/** Judges the history of one run again and again, beside reading it alone. */
async function measureCheck(args: readonly string[]): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'mcsim-bench-'))
  try {
    const dir = join(folder, 'run')
    await runMcsimInto(dir, args)
    const [run, systems] = [await readRunFile(dir), await loadSystems()]
    const file = join(dir, historyFileName(0))
    const { events } = await readHistoryFile(file, { observe() {} })
    const judge = () => checkRun(dir, run, systems)
    const read = () => readHistoryFile(file, { observe() {} })
    const [judgeMs, readMs] = (await compareCpuMs([judge, read])) as [number, number]
    const perSecond = (ms: number) => (events * 1000) / ms
    return {
      value: perSecond(judgeMs),
      ratio: { to: 'reading alone', value: judgeMs / readMs },
      note: `${events} events, ${Math.round(perSecond(readMs))}/s read alone`,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

export const benchmarks: readonly Benchmark[] = Object.entries(runs).map(([system, args]) => ({
  name: `mcsim check, events of ${system} judged in a CPU-second`,
  unit: '/s',
  aim: { atLeast: aim },
  run: () => measureCheck(args),
}))
