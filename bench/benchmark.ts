import { performance } from 'node:perf_hooks'

/** One figure. A `*.bench.ts` exports some as `benchmarks`; `main.ts` has the list of them all. */
export interface Benchmark {
  readonly name: string
  readonly unit: string
  readonly aim?: { readonly atLeast: number } | { readonly atMost: number }
  run(): Promise<Measurement> | Measurement
}

export interface Measurement {
  readonly value: number
  /** Compared with something known, measured in alternation with it in the same process. */
  readonly ratio?: { readonly to: string; readonly value: number }
  /** What limits it, or anything else that the figure alone does not say. */
  readonly note?: string
}

/** CPU time of this process and wall-clock time, in milliseconds. */
export interface Cost {
  readonly cpuMs: number
  readonly wallMs: number
}

/** Costs of one call. CPU time is what to compare on a machine that does other work too. */
export async function measure(work: () => unknown): Promise<Cost> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await work()
  const wallMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1000, wallMs }
}

/** The median CPU cost of each work after one round to warm up; the works alternate, so that all meet the same machine. */
export async function compareCpuMs(works: readonly (() => unknown)[], rounds = 5): Promise<number[]> {
  const costs = works.map((): number[] => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [i, work] of works.entries()) {
      const { cpuMs } = await measure(work)
      if (round > 0) costs[i]?.push(cpuMs)
    }
  }
  return costs.map(median)
}

export const medianCpuMs = async (work: () => unknown, rounds?: number) =>
  (await compareCpuMs([work], rounds))[0] as number

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
