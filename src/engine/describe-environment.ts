import { availableParallelism } from 'node:os'
import type { EnvironmentReport } from '../core/report.ts'

/** The machine that figures were measured on. */
export function describeEnvironment(threads: number): EnvironmentReport {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpus: availableParallelism(),
    threads,
  }
}
