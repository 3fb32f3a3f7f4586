import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Checker, Conclusion, Invariant } from '../../../core/check.ts'
import type { Completion, RunEvent } from '../../../core/event.ts'
import { deriveRunKey } from '../../../core/marker.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import { readShortMarker, shortMarkerLength } from '../../../core/short-marker.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import { chooseIds, nameSequences } from '../workload/choose-ids.ts'
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
export const createRegistrationChecker = (client: PlannedClient<DevicesParams>): Checker =>
  new RegistrationChecker(client)

class RegistrationChecker implements Checker {
  private readonly planned: PlannedClient<DevicesParams>
  private readonly findings: FindingLog
  private readonly clientId: string
  private examined = 0
  private undecidable = 0

  constructor(planned: PlannedClient<DevicesParams>) {
    this.planned = planned
    this.findings = createFindingLog(registrationEcho, planned.arrival.client)
    this.clientId = chooseIds(planned).clientId
  }

  get invariant(): Invariant {
    return registrationEcho
  }

  observe(event: RunEvent): void {
    if (event.type !== 'completion') return
    const answer: AnswerValue | undefined = readAnswer(event.value)
    if (!answer) return
    if (event.operation === 'register' && event.outcome === 'ok')
      this.judgeRegistration(event, answer as RegisteredValue)
    if (answer.names) for (const name of answer.names) this.judgeId(event, name, false)
    if (answer.text !== undefined) this.judgeText(event, answer.text)
  }

  conclude(): Conclusion {
    const { examined, undecidable, findings, clientId } = this
    return { examined, undecidable, violations: findings.list(), issuedIds: [clientId] }
  }

  private judgeId(event: Completion, id: string, isWeak: boolean): void {
    const { clientId } = this
    if (id === clientId || id === this.idSentBy(event.operation)) return
    const proof = isWeak ? ' (a short marker, weak)' : ''
    const what = `, which is ${clientId}, received the id ${id}${proof} in answer to ${event.operation}`
    this.findings.add(event, 'foreign', what, { issuedId: id, expected: { clientId }, received: event.value })
  }

  /** Of another device, or of none. */
  private idSentBy(operation: string): string | undefined {
    const ids = chooseIds(this.planned)
    if (operation === 'forged-report') return ids.neighbourId
    if (operation === 'former-register' || operation === 'former-decide') return ids.formerId
    return operation === 'decide-unknown' ? ids.unknownId : undefined
  }

  private judgeText(event: Completion, text: string): void {
    for (const word of text.match(/[0-9A-Za-z_]+/g) ?? []) {
      if (word.length !== shortMarkerLength || word === this.clientId) continue
      const marker = readShortMarker(deriveRunKey(this.planned.runId), word)
      if (marker && nameSequences.includes(marker.sequence)) this.judgeId(event, word, true)
    }
  }

  private judgeRegistration(event: Completion, { model }: RegisteredValue): void {
    const { models, listsModels } = this.planned.params
    this.examined++
    if (models.some(({ name }) => name === model)) return
    if (listsModels) {
      const what = `was assigned ${model}, which is no model of the list`
      this.findings.add(event, 'wrong', what, { received: event.value })
    } else this.undecidable++
  }
}
