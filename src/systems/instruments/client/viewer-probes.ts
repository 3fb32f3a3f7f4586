import type { Json } from '../../../core/json.ts'
import { encodeFilters } from '../wire/analysis-params.ts'
import { modeEvents } from '../wire/sessions.ts'
import type { ExportValue, ProbeValue, StatusValue } from '../workload/event-values.ts'
import type { SideContext } from './agent-side.ts'
import type { InstrumentLink } from './instrument-link.ts'
import { openProbe } from './open-probe.ts'
import { completeOperation } from './outcome-codes.ts'

/**
 * A viewer that does not say whom it asks for: none of its requests may succeed, whoever the server thinks of. That a
 * server refuses it or does not answer at all is not wrong. False: it could not be decided.
 */
export async function probeNamelessViewer(context: SideContext): Promise<boolean> {
  const { params, pair, recorder } = context
  const { start, startAnswer, export: exportEvent, exportAnswer } = modeEvents[params.mode]
  const link = openProbe(context, 'nameless-viewer', { query: {} })
  const operationId = recorder.invoke(link.number, 'probe-nameless', null)
  const filters = encodeFilters({
    handle: pair.handleOf(0),
    frequencies: [],
    rangeStart: 1,
    rangeEnd: 1,
    fileExtension: '.txt',
  })
  const requests = [
    ['check_agent_connection', {}, 'agent_connection_status'],
    [exportEvent, { export_all: true }, exportAnswer],
    [start, { filters, analysisParams: {} }, startAnswer],
  ] as const
  let served: boolean | null = (await link.open()) === undefined ? null : false
  let evidence = ''
  for (const [event, value, answer] of served === null ? requests : []) {
    const told = await link.ask({
      operation: 'ask-nameless',
      value: null,
      send: { event, value },
      answers: [answer],
      limitMs: params.refusalMs,
      isOptional: true,
    })
    if (told == null) continue
    served = served === true || isService(told)
    if (isService(told)) evidence = answer
  }
  const value: ProbeValue = { served, evidence, isHeld: true }
  completeOperation(recorder, operationId, undefined, value as unknown as Json)
  await link.close()
  return served !== null
}

function isService(answer: Json): boolean {
  const { status, connected, sections } = answer as Partial<StatusValue & ExportValue>
  return connected === true || (sections !== undefined && sections !== null) || status === 'success'
}

/** A viewer that names the own user, in its URL and in what it asks, and has not the key. It stays and looks on. */
export async function watchWithoutKey(context: SideContext): Promise<InstrumentLink> {
  const { params, pair } = context
  const link = openProbe(context, 'keyless', { query: { user_id: pair.userId } })
  if ((await link.open()) !== undefined) return link
  await link.ask({
    operation: 'check-keyless',
    value: null,
    send: { event: 'check_agent_connection', value: { user_id: pair.userId } },
    answers: ['agent_connection_status'],
    limitMs: params.refusalMs,
    isOptional: true,
  })
  return link
}

export async function exportWithoutKey({ params, pair }: SideContext, link: InstrumentLink): Promise<void> {
  const { export: event, exportAnswer } = modeEvents[params.mode]
  await link.ask({
    operation: 'export-keyless',
    value: null,
    send: { event, value: { user_id: pair.userId, export_all: true } },
    answers: [exportAnswer],
    limitMs: params.refusalMs,
    isOptional: true,
  })
}
