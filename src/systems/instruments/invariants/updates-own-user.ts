import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion, Delivery } from '../../../core/event.ts'
import type { PreviewValue, SegmentsRequestValue, SentFileValue, UpdateValue } from '../workload/event-values.ts'
import { readValue, updateChannels } from '../workload/event-values.ts'
import { createFigureJudge } from './figure-judge.ts'
import { judgeSegments, judgeUnaskedSegments } from './judge-segments.ts'
import { handleOfName, type JudgeSetup } from './judge-setup.ts'

export const updatesOwnUser: Invariant = {
  name: 'updates-own-user',
  kind: 'isolation',
  sentence:
    'A viewer receives updates, previews and segments of the users that it asked for, and nobody else receives any.',
}

const previewChannel = 'cv_preview_response'
const segmentsChannel = 'cv_segments_response'
const channels: ReadonlySet<string> = new Set([...Object.values(updateChannels), previewChannel, segmentsChannel])

/** Looks at the name of each file, and at whether it was sent at all. Where names collide, values tell the rest. */
export function createUpdatesChecker(setup: JudgeSetup): Checker {
  const { client, params, pair, expected } = setup
  const me = client.arrival.client
  const findings = createFindingLog(updatesOwnUser, me)
  const figures = createFigureJudge(expected, params)
  const roles = new Map<number, string>()
  const askers = new Set<number>()
  const sent = new Set<string>()
  const segmentsAsked = new Map<number, number>()
  let examined = 0
  let undecidable = 0

  function judgeName(event: Delivery | Completion, what: string, filename: string, wasSent: boolean): void {
    examined++
    if (wasSent && pair.findFile(filename)) return
    const file = pair.findFile(filename)
    const issuedId = handleOfName(filename)
    const received = { filename }
    if (!file)
      findings.add(event, 'foreign', `received ${what} of ${filename}, which is not its own`, { issuedId, received })
    else if (!wasSent) {
      findings.add(event, 'foreign', `received ${what} of ${filename}, which it had not sent yet`, {
        received: { ...received, ...describeFigure(event) },
      })
    }
  }

  function observeUpdate(event: Delivery): void {
    const { filename } = readValue<UpdateValue>(event.value)
    if (filename === undefined) return
    const role = roles.get(event.connection)
    const what = 'an update'
    if (role !== 'viewer') {
      examined++
      findings.add(event, 'leaked', `received ${what} as ${role}`, { issuedId: handleOfName(filename) })
    } else if (!askers.has(event.connection)) {
      examined++
      findings.add(event, 'leaked', `received ${what} before it had asked for anybody`, {
        issuedId: handleOfName(filename),
      })
    } else judgeName(event, what, filename, sent.has(filename))
  }

  function observePreview(event: Delivery | Completion): void {
    const { filename, anodic, cathodic } = readValue<PreviewValue>(event.value)
    if (filename === undefined) return
    judgeName(event, 'a preview', filename, true)
    const file = pair.findFile(filename)
    const wrong = () =>
      findings.add(event, 'foreign', `received a preview of ${filename} with other peaks than its own`, {
        received: { filename, ...describeFigure(event) },
      })
    if (file && anodic !== undefined) figures.judge('anodic', anodic, file, null, wrong)
    if (file && cathodic !== undefined) figures.judge('cathodic', cathodic, file, null, wrong)
  }

  function observeSegments(event: Completion): void {
    const session = segmentsAsked.get(event.operationId) ?? 0
    segmentsAsked.delete(event.operationId)
    const isJudged = event.outcome === 'ok' ? judgeSegments(setup, findings, event, session) : undefined
    if (isJudged) examined++
    else if (isJudged === false) undecidable++
  }

  /** So that the owner can be found by the value. */
  function describeFigure({ value }: Delivery | Completion): object {
    const { filename, peak, anodic } = readValue<{ filename: string; peak: number; anodic: number }>(value)
    const file = filename === undefined ? undefined : pair.findFile(filename)
    if (!file) return {}
    const { session, number, frequency } = file
    const name = anodic === undefined ? 'peak' : 'anodic'
    return { name, value: anodic ?? peak ?? 0, session, number, frequency, electrode: null }
  }

  return {
    invariant: updatesOwnUser,
    channels,
    observe(event) {
      if (event.type === 'delivery') {
        if (event.channel === previewChannel) observePreview(event)
        else if (event.channel === segmentsChannel) {
          examined++
          judgeUnaskedSegments(findings, event)
        } else observeUpdate(event)
      } else if (event.type === 'opened') roles.set(event.connection, event.role)
      else if (event.type === 'invocation') {
        if (event.operation === 'check' || event.operation === 'start') askers.add(event.connection)
        const { filename } = readValue<SentFileValue>(event.value)
        if (event.operation === 'send-file' && filename !== undefined) sent.add(filename)
        if (event.operation === 'segments') {
          segmentsAsked.set(event.operationId, readValue<SegmentsRequestValue>(event.value).session ?? 0)
        }
      } else if (event.type === 'completion') {
        if (event.operation === 'preview') observePreview(event)
        else if (event.operation === 'segments') observeSegments(event)
      }
    },
    conclude() {
      undecidable += figures.conclude()
      const coverage = { deliveries: examined + undecidable, decidableDeliveries: examined }
      return { examined, undecidable, violations: findings.list(), coverage, issuedIds: listHandles() }
    },
  }

  function listHandles(): string[] {
    if (params.cohort === 'colliding') return []
    const sessions = new Set([...sent].flatMap((name) => pair.findFile(name)?.session ?? []))
    return [...sessions].map((session) => pair.handleOf(session))
  }
}
