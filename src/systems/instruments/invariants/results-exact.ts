import { AnswerTally } from '../../../check/answer-tally.ts'
import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion, Delivery } from '../../../core/event.ts'
import type { Mode } from '../params/instruments-params.ts'
import type { CvUpdate, FrequencyMapUpdate, SwvUpdate } from '../wire/updates.ts'
import type { CheckValue, StatusValue } from '../workload/event-values.ts'
import { readValue, updateChannels } from '../workload/event-values.ts'
import type { FigureName } from '../workload/expected-figures.ts'
import type { PlannedFile } from '../workload/plan-pair.ts'
import { createFigureJudge, type ToldFigure } from './figure-judge.ts'
import { FileFollower, type FollowedFile } from './follow-files.ts'
import type { JudgeSetup } from './judge-setup.ts'
import { judgeTrend } from './judge-trend.ts'

export const resultsExact: Invariant = {
  name: 'results-exact',
  kind: 'correctness',
  sentence: 'Every file gives every viewer of its user one update, whose figures and trends are those of the plan.',
}

/** Updates of another kind are another invariant's business. */
const channelsOf: Readonly<Record<Mode, ReadonlySet<string>>> = {
  swv: new Set([updateChannels.swv]),
  cv: new Set([updateChannels.cv]),
  'frequency-map': new Set([updateChannels['frequency-map']]),
}

interface Watcher {
  /** The moment since when it surely belongs to its user. */
  readonly since: number
  /** How many of each electrode, the mean first. */
  readonly updates: Map<PlannedFile, number[]>
}

interface Request {
  readonly moment: number
  readonly endsSession: number | null
}

/** A missing update is judged when the server has answered what the viewer asked after the time for it was over. */
export function createResultsChecker({ client, params, pair, expected }: JudgeSetup): Checker {
  const findings = createFindingLog(resultsExact, client.arrival.client)
  const figures = createFigureJudge(expected, params)
  const files = new FileFollower()
  const watchers = new Map<number, Watcher>()
  const requests = new Map<number, Request>()
  const electrodes: readonly (number | null)[] =
    params.electrodeChoice === 'each' ? [...Array(params.electrodes).keys()] : [null]
  const answers = new AnswerTally()
  const curvePoints = params.mode === 'cv' ? 2 * params.points - 1 : params.points
  let examined = 0

  function judgeFigure(event: Delivery, name: FigureName, value: number, file: PlannedFile, electrode: number | null) {
    examined++
    answers.add(() => expected.figure(name, file, electrode))
    figures.judge(name, value, file, electrode, (told) => {
      findings.add(event, 'wrong', `received ${describe(told)}`, { received: { ...told, expected: null } })
    })
  }

  function observeUpdate(event: Delivery): void {
    const update = readValue<SwvUpdate & CvUpdate & FrequencyMapUpdate>(event.value)
    const { filename } = update
    // What a server calls the mean of all is its own business.
    const electrode = params.electrodeChoice === 'each' ? (update.electrode ?? null) : null
    const file = filename === undefined ? undefined : pair.findFile(filename)
    const followed = filename === undefined ? undefined : files.files.get(filename)
    // Foreign names, and files that were not sent yet, are another invariant's business.
    if (!file || !followed) return
    count(event, file, electrode, followed)
    // Of several electrodes a server whose analysis is not known may draw any.
    const { curve } = update
    const isKnown = params.electrodes === 1 || params.scale === 'known'
    if (isKnown && curve?.points === curvePoints) judgeFigure(event, 'curve', curve.height, file, electrode)
    if (params.mode === 'cv') {
      judgeFigure(event, 'anodic', update.anodic ?? 0, file, electrode)
      judgeFigure(event, 'cathodic', update.cathodic ?? 0, file, electrode)
      return
    }
    judgeFigure(event, 'peak', update.peak ?? 0, file, electrode)
    if (params.mode === 'frequency-map') judgeFigure(event, 'charge', update.charge ?? 0, file, electrode)
    else if (update.trend) {
      const judged = { trend: update.trend, electrode, updated: followed, files, pair, figures, expected }
      examined += judgeTrend(judged, {
        figure: (value, of) => judgeFigure(event, 'peak', value, of, electrode),
        wrong: (type, what, received) => findings.add(event, type, what, { received }),
      })
    }
  }

  function count(event: Delivery, file: PlannedFile, electrode: number | null, { attempts }: FollowedFile): void {
    const updates = watchers.get(event.connection)?.updates
    if (!updates) return
    const counts = updates.get(file) ?? []
    if (counts.length === 0) updates.set(file, counts)
    const index = indexOf(electrode)
    const times = (counts[index] ?? 0) + 1
    counts[index] = times
    if (times <= attempts) return
    const received = { filename: file.name, times }
    findings.add(event, 'duplicate', `received the update of ${file.name} ${times} times`, { received })
  }

  function observeAnswer(event: Completion): void {
    const request = requests.get(event.operationId)
    requests.delete(event.operationId)
    const { status, connected } = readValue<StatusValue>(event.value)
    if (event.outcome !== 'ok' || !request || event.value === null || status === 'error') return
    // While no agent is there that has brought the key, a server cannot know whether the viewer has the right one.
    if (params.viewerKeys && connected === false) return
    const watcher = watchers.get(event.connection)
    if (!watcher) watchers.set(event.connection, { since: files.moment, updates: new Map() })
    else if (request.endsSession !== null) judgeMissing(event, request, watcher)
  }

  function judgeMissing(event: Completion, { moment }: Request, { since, updates }: Watcher): void {
    for (const { name, firstSent } of files.acknowledgedBefore(moment)) {
      if (firstSent < since) continue
      const file = pair.findFile(name)
      const counts = file && updates.get(file)
      for (const electrode of electrodes) {
        examined++
        if (counts?.[indexOf(electrode)]) continue
        const received = { filename: name }
        findings.add(event, 'lost', `never received the update of ${name}, which the agent was told is done`, {
          received,
        })
      }
    }
  }

  return {
    invariant: resultsExact,
    channels: channelsOf[params.mode],
    observe(event) {
      if (event.type === 'delivery') {
        observeUpdate(event)
        return
      }
      files.observe(event)
      if (event.type === 'invocation') {
        if (event.operation !== 'check' && event.operation !== 'start') return
        const { endsSession = null } = readValue<CheckValue>(event.value)
        requests.set(event.operationId, { moment: files.moment, endsSession })
      } else if (event.type === 'completion') observeAnswer(event)
    },
    conclude() {
      const undecidable = figures.conclude()
      return { examined, undecidable, violations: findings.list(), ...answers.conclude() }
    },
  }
}

const indexOf = (electrode: number | null) => (electrode === null ? 0 : electrode + 1)

export function describe({ name, value, number, frequency, electrode, expected }: ToldFigure): string {
  const place = [
    ...(number > 0 ? [`file ${number}`] : []),
    ...(frequency > 0 ? [`${frequency} Hz`] : []),
    ...(electrode === null ? [] : [`electrode ${electrode}`]),
  ]
  return `${name} ${value.toExponential(6)} for ${place.join(', ')}, expected ${expected.toExponential(6)}`
}
