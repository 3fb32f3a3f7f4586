import type { Problem, Schema } from '../core/system.ts'

/** Takes the problems of a document one by one, so that all of them are told at once. */
export type ReportProblem = (problem: Problem) => void

/** Reports problems of what stands at `prefix`, whose own paths start there. */
export function reportWithin(report: ReportProblem, ...prefix: Problem['path']): ReportProblem {
  return (problem) => report({ ...problem, path: [...prefix, ...problem.path] })
}

/** The parsed value, or undefined after the problems were reported. */
export function parseReporting<T>(schema: Schema<T>, input: unknown, report: ReportProblem): T | undefined {
  const result = schema.parse(input)
  if ('value' in result) return result.value
  result.problems.forEach(report)
  return undefined
}
