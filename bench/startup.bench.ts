import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Benchmark, median } from './benchmark.ts'

const bin = fileURLToPath(new URL('../../bin/mcsim.js', import.meta.url))
const commander = import.meta.resolve('commander')
/** What a program can do no faster: Node, commander, one option. */
const bareScript = `const { Command } = await import('${commander}'); new Command('bare').version('1').parse()`
const bareArgs = ['--input-type=module', '--eval', bareScript, '--']
const rounds = 9

/** Wall-clock time of a whole process, the two alternating, as its user waits for it. */
function compareStart(option: string) {
  const times = { mcsim: [] as number[], bare: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    times.mcsim.push(timeProcess([bin, option]))
    times.bare.push(timeProcess([...bareArgs, option]))
  }
  const value = median(times.mcsim)
  return { value, ratio: { to: 'commander alone', value: value / median(times.bare) } }
}

function timeProcess(args: readonly string[]): number {
  const start = performance.now()
  const { status } = spawnSync(process.execPath, args)
  if (status !== 0) throw new Error(`node ${args.join(' ')} exited with ${status}`)
  return performance.now() - start
}

export const benchmarks: readonly Benchmark[] = ['--version', '--help'].map((option) => ({
  name: `start: mcsim ${option}`,
  unit: 'ms',
  run: () => compareStart(option),
}))
