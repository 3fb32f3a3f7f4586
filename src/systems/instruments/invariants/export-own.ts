import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion, Delivery } from '../../../core/event.ts'
import { isNetworkFault } from '../../../core/fault.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { ExportedSection, ExportRequestValue, ExportValue } from '../workload/event-values.ts'
import { exportChannels, noDataMessage, readValue } from '../workload/event-values.ts'
import type { FigureName } from '../workload/expected-figures.ts'
import type { PlannedFile } from '../workload/plan-pair.ts'
import { createFigureJudge, type ToldFigure } from './figure-judge.ts'
import { AgentFollower } from './follow-agent.ts'
import { FileFollower } from './follow-files.ts'
import type { JudgeSetup } from './judge-setup.ts'
import { describe } from './results-exact.ts'

export const exportOwn: Invariant = {
  name: 'export-own',
  kind: 'isolation',
  sentence: "An export holds the figures of all files of the named user's session, and of nobody else's.",
}

interface Request {
  readonly moment: number
  readonly session: number
}

const channels: ReadonlySet<string> = new Set(exportChannels)

/** Reads the sections that it knows by their columns; others are not judged. */
export function createExportChecker({ client, params, pair, expected }: JudgeSetup): Checker {
  const findings = createFindingLog(exportOwn, client.arrival.client)
  const figures = createFigureJudge(expected, params)
  const files = new FileFollower()
  const agent = new AgentFollower()
  const requests = new Map<number, Request>()
  /** By connection: what was given up waiting for, and may come late. */
  const late = new Map<number, Request>()
  let examined = 0
  let undecidable = 0
  /** The last start whose results may be gone: a fault struck the agent, or it came back to another session. */
  let cutStart = 0
  const isCut = () => files.start <= cutStart

  function judgeCell(
    event: Completion | Delivery,
    name: FigureName,
    value: number,
    file: PlannedFile | undefined,
    place: Omit<ToldFigure, 'name' | 'value' | 'expected'>,
    seen: Set<string>,
  ): void {
    examined++
    const { number, frequency, electrode } = place
    if (!file || !files.files.has(file.name)) {
      const where = number > 0 ? `file ${number}` : `${frequency} Hz`
      const received = { ...place, name, value }
      findings.add(event, 'foreign', `received an export with ${where}, which it had not sent`, { received })
      return
    }
    seen.add(file.name)
    figures.judge(name, value, file, electrode, (told) => {
      const received = { ...told, expected: null }
      findings.add(event, 'foreign', `received an export with ${describe(told)}`, { received })
    })
  }

  function judgeSection(
    event: Completion | Delivery,
    section: ExportedSection,
    session: number,
    seen: Set<string>,
  ): void {
    const columns = readColumns(section, pair.mode)
    for (const row of section.rows) {
      const [key] = row
      if (columns.length === 0 || typeof key !== 'number') continue
      for (const { index, name, frequency, electrode } of columns) {
        const value = row[index]
        if (typeof value !== 'number') continue
        const isMap = pair.mode === 'frequency-map'
        const [number, hertz] = isMap ? [0, key] : [key, frequency]
        const file = findFile(session, number, hertz)
        judgeCell(event, name, value, file, { session, number, frequency: hertz, electrode }, seen)
      }
    }
  }

  function findFile(session: number, number: number, frequency: number): PlannedFile | undefined {
    if (pair.mode === 'swv') return pair.findByNumber(number, frequency)
    const handle = pair.handleOf(session)
    return pair.findFile(pair.mode === 'cv' ? `${handle}_${number}.txt` : `${handle}_${frequency}Hz.txt`)
  }

  function judgeExport(event: Completion | Delivery, { moment, session }: Request): void {
    const { status, sections } = readValue<ExportValue>(event.value)
    const done = [...files.acknowledgedBefore(moment)]
    if (!sections) {
      const isRefused = done.length === 0 || files.start === 0
      if (isRefused) examined++
      else if (status === 'error') judgeRefusal(event, done.length)
      return
    }
    if (!params.agent) {
      examined++
      findings.add(event, 'leaked', 'received an export, though its user has no agent', { received: event.value })
    }
    const seen = new Set<string>()
    for (const section of sections) judgeSection(event, section, session, seen)
    for (const { name } of done) {
      if (!seen.has(name) && isCut()) {
        undecidable++
        continue
      }
      examined++
      if (seen.has(name)) continue
      const received = { filename: name }
      findings.add(event, 'lost', `received an export without ${name}, which the agent was told is done`, { received })
    }
  }

  /** An answer that comes late is one; what nobody has asked for is somebody else's. */
  function judgeUnasked(event: Delivery): void {
    const request = late.get(event.connection)
    late.delete(event.connection)
    const { sections } = readValue<ExportValue>(event.value)
    if (request) judgeExport(event, request)
    else if (sections) {
      examined++
      const received = { ...findFirstFigure(sections, pair.mode), session: files.session }
      findings.add(event, 'leaked', 'received an export that it had not asked for', { received })
    }
  }

  function judgeKeyless(event: Completion): void {
    const { sections, status } = readValue<ExportValue>(event.value)
    if (event.value === null) return
    examined++
    if (sections == null && status !== 'success') return
    findings.add(event, 'leaked', "received an export without its user's key", { received: event.value })
  }

  /** That no agent is there may have reasons that a viewer cannot know; that there are no data has none but a new session. */
  function judgeRefusal(event: Completion | Delivery, done: number): void {
    const { message } = readValue<ExportValue>(event.value)
    if (message !== noDataMessage || isCut()) {
      undecidable++
      return
    }
    examined++
    findings.add(event, 'lost', `received no export, though ${done} files were done`, { received: event.value })
  }

  return {
    invariant: exportOwn,
    channels,
    observe(event) {
      if (event.type === 'delivery') {
        judgeUnasked(event)
        return
      }
      files.observe(event)
      const back = agent.observe(event)
      // Whether it may have another session is judged elsewhere; that one has nothing of the old.
      if (back && back.before !== back.after) cutStart = Math.max(cutStart, files.start)
      if (event.type === 'fault' && isNetworkFault(event.fault)) cutStart = files.start + 1
      if (event.type === 'invocation' && event.operation === 'export') {
        const { session = 0 } = readValue<ExportRequestValue>(event.value)
        requests.set(event.operationId, { moment: files.moment, session })
      } else if (event.type === 'completion' && event.operation === 'export') {
        const request = requests.get(event.operationId)
        requests.delete(event.operationId)
        if (request && event.outcome === 'ok') judgeExport(event, request)
        else if (request) late.set(event.connection, request)
      } else if (event.type === 'completion' && event.operation === 'export-keyless') judgeKeyless(event)
    },
    conclude() {
      undecidable += figures.conclude()
      return { examined, undecidable, violations: findings.list(), coverage: { answersCompared: examined } }
    },
  }
}

/** One figure that tells whose an export is. */
function findFirstFigure(sections: readonly ExportedSection[], mode: string): JsonObject {
  for (const section of sections) {
    const [column] = readColumns(section, mode)
    const [row] = section.rows
    const [key, value] = [row?.[0], column && row?.[column.index]]
    if (!column || typeof key !== 'number' || typeof value !== 'number') continue
    const { name, electrode } = column
    const isMap = mode === 'frequency-map'
    return { name, value, electrode, number: isMap ? 0 : key, frequency: isMap ? key : column.frequency }
  }
  return {}
}

interface FigureColumn {
  readonly index: number
  readonly name: FigureName
  readonly frequency: number
  readonly electrode: number | null
}

/** `# Peak Current 15Hz (A)`: its electrodes and their mean; `# CV Peaks`; `# Frequency Map E1`. */
function readColumns({ name, columns }: ExportedSection, mode: string): readonly FigureColumn[] {
  const at = (
    title: RegExp,
    figure: FigureName,
    frequency: number,
    electrode: (match: RegExpExecArray) => number | null,
  ) =>
    columns.flatMap((column, index) => {
      const match = title.exec(column)
      return match ? [{ index, name: figure, frequency, electrode: electrode(match) }] : []
    })
  if (mode === 'cv') {
    const mean = () => null
    return [...at(/^anodic_peak/i, 'anodic', 0, mean), ...at(/^cathodic_peak/i, 'cathodic', 0, mean)]
  }
  if (mode === 'frequency-map') {
    const match = /E(\d+)/.exec(name)
    const electrode = () => (match ? Number(match[1]) - 1 : null)
    return [...at(/^peak/i, 'peak', 0, electrode), ...at(/^charge/i, 'charge', 0, electrode)]
  }
  const frequency = /^Peak Current (\d+(?:\.\d+)?)\s*Hz/i.exec(name)?.[1]
  if (frequency === undefined) return []
  return [
    ...at(/^E(\d+)_Peak/i, 'peak', Number(frequency), (match) => Number(match[1]) - 1),
    ...at(/^Mean_Peak/i, 'peak', Number(frequency), () => null),
  ]
}
