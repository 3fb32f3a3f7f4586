import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Benchmark } from './benchmark.ts'

/** What of Chrome's CPU profile format is needed here; `timeDeltas` are in microseconds. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

const program = fileURLToPath(new URL('../../bin/mcsim.js', import.meta.url))
const run = ['gateway', '--clients', '10', '--rows', '100000', '--quiet']

/** Runs mcsim under the profiler of Node and returns the profile of its load thread. */
async function profileLoadThread(): Promise<CpuProfile> {
  const folder = await mkdtemp(join(tmpdir(), 'mcsim-bench-'))
  try {
    const profiling = ['--cpu-prof', `--cpu-prof-dir=${folder}`, program, ...run, '--out', join(folder, 'report')]
    await promisify(execFile)(process.execPath, profiling)
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'))) {
      const profile: CpuProfile = JSON.parse(await readFile(join(folder, file), 'utf8'))
      if (profile.nodes.some(({ callFrame }) => callFrame.url.endsWith('/engine/recorder.js'))) return profile
    }
    throw new Error('no profile has the recorder in it')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Percent of the busy time that was spent in modules whose path contains `path`, with all that they called. */
function shareOf(profile: CpuProfile, path: string): number {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const within = new Set<number>()
  const visit = ({ id, callFrame, children = [] }: ProfileNode, inside: boolean) => {
    const isWithin = inside || callFrame.url.includes(path)
    if (isWithin) within.add(id)
    for (const child of children) visit(nodes.get(child) as ProfileNode, isWithin)
  }
  visit(profile.nodes[0] as ProfileNode, false)
  let busyUs = 0
  let insideUs = 0
  profile.samples.forEach((id, i) => {
    if (nodes.get(id)?.callFrame.functionName === '(idle)') return
    const us = profile.timeDeltas[i] as number
    busyUs += us
    if (within.has(id)) insideUs += us
  })
  return (insideUs / busyUs) * 100
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: "ownership scan, share of a run's CPU",
    unit: '%',
    aim: { atMost: 5 },
    async run() {
      const profile = await profileLoadThread()
      const others = ['/check/history/', '/metrics/', '/check/run-checkers.js']
      const shares = others.map((path) => `${path} ${shareOf(profile, path).toFixed(1)} %`)
      return { value: shareOf(profile, '/check/ownership-scan.js'), note: `beside it: ${shares.join(', ')}` }
    },
  },
]
