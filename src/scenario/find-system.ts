import type { System } from '../core/system.ts'
import type { ReportProblem } from './report-problem.ts'

/** The system that a raw group or target names. A name that is no text is reported by the shape's own schema. */
export function findSystem(raw: unknown, systems: readonly System[], report: ReportProblem): System | undefined {
  const name = readField(raw, 'system')
  const system = systems.find((candidate) => candidate.name === name)
  if (system || typeof name !== 'string') return system
  const accepted = systems.map((candidate) => candidate.name)
  report({ path: ['system'], message: `there is no system "${name}"`, accepted, hint: `known: ${accepted.join(', ')}` })
  return undefined
}

/** A field of a value that may not be an object at all. */
export function readField(raw: unknown, key: string): unknown {
  return typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>)[key] : undefined
}
