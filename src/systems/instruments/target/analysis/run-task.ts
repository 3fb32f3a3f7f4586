import { parseDataFile } from '../../wire/data-file.ts'
import type { CvSegment } from '../../wire/previews.ts'
import { type AnalysisResult, type AnalysisTask, analyseFile } from './analyse-file.ts'
import { findSegments } from './analyse-sweeps.ts'

export interface Problem {
  readonly problem: string
}

export type SegmentsTask = Pick<AnalysisTask, 'content' | 'params'>

export type Task = ({ readonly kind: 'figures' } & AnalysisTask) | ({ readonly kind: 'segments' } & SegmentsTask)

/** Never throws: what cannot be analysed has a problem. */
export function runTask(task: Task): AnalysisResult | readonly CvSegment[] | Problem {
  try {
    if (task.kind === 'figures') return analyseFile(task)
    const data = parseDataFile(task.content, task.params)
    return 'problem' in data ? data : findSegments(data.potentials)
  } catch (error) {
    return { problem: (error as Error).message }
  }
}
