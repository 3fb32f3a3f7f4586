import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { Completion, Delivery } from '../../../core/event.ts'
import type { FileNoticeValue, SentFileValue } from '../workload/event-values.ts'
import { readValue } from '../workload/event-values.ts'
import { handleOfName, type JudgeSetup } from './judge-setup.ts'

export const acksOwnAgent: Invariant = {
  name: 'acks-own-agent',
  kind: 'isolation',
  sentence: 'Each file is acknowledged once, and to the agent that sent it.',
}

const channels: ReadonlySet<string> = new Set(['file_processing_complete', 'file_validation_error'])

interface SentFile {
  attempts: number
  answers: number
  /** The completion that gave up waiting, once the agent's connection has shown that it is alive. */
  unanswered: Completion | undefined
  isProven: boolean
}

/**
 * A missing answer counts when a later request over the same connection was answered, and the file's own never was. An
 * invalid file wants an answer only where the target says that it gives one.
 */
export function createAcksChecker({ client, params }: JudgeSetup): Checker {
  const findings = createFindingLog(acksOwnAgent, client.arrival.client)
  const roles = new Map<number, string>()
  const files = new Map<string, SentFile>()
  /** Those that nobody has proven to be lost yet. */
  const doubtful = new Set<SentFile>()
  const operations = new Map<number, string>()
  let examined = 0
  let undecidable = 0

  function observeDelivery(event: Delivery): void {
    const filename = readValue<FileNoticeValue>(event.value).filename ?? ''
    const role = roles.get(event.connection)
    const file = files.get(filename)
    examined++
    const received = { filename, event: event.channel }
    const details = { received, issuedId: handleOfName(filename) }
    // What a second agent of the own user gets is another invariant's business.
    if (role === 'rival' || role === 'nameless') return
    if (role !== 'agent') findings.add(event, 'leaked', `received ${event.channel} as ${role}`, details)
    else if (!file)
      findings.add(event, 'foreign', `received ${event.channel} for ${filename}, which it never sent`, details)
    else if (++file.answers > file.attempts) {
      const what = `received ${event.channel} for ${filename} ${file.answers} times`
      findings.add(event, 'duplicate', what, { received })
    }
  }

  function observeAnswer(event: Completion, filename: string): void {
    const file = files.get(filename)
    if (!file) return
    if (event.value !== null) {
      examined++
      file.answers++
      return
    }
    const isOptional = event.operation === 'send-invalid' && params.ackPolicy === 'valid-files'
    const hasGivenUp = event.errorCode === 'answer-timeout' || event.outcome === 'ok'
    if (!hasGivenUp || isOptional) return
    file.unanswered = event
    doubtful.add(file)
  }

  function proveAlive(connection: number): void {
    for (const file of doubtful) {
      if (file.unanswered?.connection !== connection) continue
      file.isProven = true
      doubtful.delete(file)
    }
  }

  function judgeUnanswered(filename: string, { unanswered, answers, isProven }: SentFile): void {
    if (!unanswered || answers > 0) return
    if (!isProven) {
      undecidable++
      return
    }
    examined++
    const what = `never received an answer to ${filename}, though the connection was alive`
    findings.add(unanswered, 'lost', what, { received: { filename } })
  }

  return {
    invariant: acksOwnAgent,
    channels,
    observe(event) {
      if (event.type === 'delivery') observeDelivery(event)
      else if (event.type === 'opened') roles.set(event.connection, event.role)
      else if (event.type === 'invocation') {
        const { filename } = readValue<SentFileValue>(event.value)
        if (filename === undefined || !event.operation.startsWith('send-')) return
        operations.set(event.operationId, filename)
        const known = files.get(filename)
        if (known) known.attempts++
        else files.set(filename, { attempts: 1, answers: 0, unanswered: undefined, isProven: false })
      } else if (event.type === 'completion') {
        const filename = operations.get(event.operationId)
        operations.delete(event.operationId)
        if (filename !== undefined) observeAnswer(event, filename)
        if (event.outcome === 'ok' && event.value !== null) proveAlive(event.connection)
      }
    },
    conclude() {
      for (const [filename, file] of files) judgeUnanswered(filename, file)
      return { examined, undecidable, violations: findings.list(), issuedIds: [] }
    },
  }
}
