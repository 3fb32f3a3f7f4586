import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion } from '../../../core/event.ts'
import { deriveRunKey } from '../../../core/marker.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import { readShortMarker, shortMarkerLength } from '../../../core/short-marker.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import { chooseIds, idSequence, unknownSequence } from '../workload/choose-ids.ts'
import { type AnswerValue, type RegisteredValue, readAnswer } from '../workload/event-values.ts'

export const registrationEcho: Invariant = {
  name: 'registration-echo',
  kind: 'isolation',
  sentence:
    "A registration is answered with the device's own id and, where the scenario lists models, one of them; no answer names another device.",
}

/**
 * Models are judged where the scenario lists them. Looks at every field that names a device, and in refusals at every word that reads as the short marker of another
 * client. Ids that the client itself sent, as in a forgery, may come back. A foreign id is resolved to its owner at the
 * end, through all devices of the run.
 */
export function createRegistrationChecker(client: PlannedClient<DevicesParams>): Checker {
  const findings = createFindingLog(registrationEcho, client.arrival.client)
  const { clientId, neighbourId, unknownId } = chooseIds(client)
  const sentBy: Readonly<Record<string, string>> = { 'forged-report': neighbourId, 'decide-unknown': unknownId }
  const { models, listsModels } = client.params
  let examined = 0
  let undecidable = 0

  function judgeId(event: Completion, id: string, isWeak: boolean): void {
    if (id === clientId || id === sentBy[event.operation]) return
    const proof = isWeak ? ' (a short marker, weak)' : ''
    findings.add(
      event,
      'foreign',
      `, which is ${clientId}, received the id ${id}${proof} in answer to ${event.operation}`,
      {
        issuedId: id,
        expected: { clientId },
        received: event.value,
      },
    )
  }

  function judgeText(event: Completion, text: string): void {
    for (const word of text.match(/[0-9A-Za-z_]+/g) ?? []) {
      if (word.length !== shortMarkerLength || word === clientId) continue
      const marker = readShortMarker(deriveRunKey(client.runId), word)
      if (marker && (marker.sequence === idSequence || marker.sequence === unknownSequence)) judgeId(event, word, true)
    }
  }

  function judgeRegistration(event: Completion, { model }: RegisteredValue): void {
    examined++
    if (models.some(({ name }) => name === model)) return
    if (!listsModels) {
      undecidable++
      return
    }
    findings.add(event, 'wrong', `was assigned ${model}, which is no model of the list`, { received: event.value })
  }

  return {
    invariant: registrationEcho,
    observe(event) {
      if (event.type !== 'completion') return
      const answer: AnswerValue | undefined = readAnswer(event.value)
      if (!answer) return
      if (event.operation === 'register' && event.outcome === 'ok') judgeRegistration(event, answer as RegisteredValue)
      if (answer.names) for (const name of answer.names) judgeId(event, name, false)
      if (answer.text !== undefined) judgeText(event, answer.text)
    },
    conclude: () => ({ examined, undecidable, violations: findings.list(), issuedIds: [clientId] }),
  }
}
