import type { Checker, Invariant, Violation } from '../../src/core/check.ts'

/** What came back is what this client had sent in the same operation. Throws, as a bug would, at item `throwAt`. */
export function createLineChecker(invariant: Invariant, operation: string, client: number, throwAt = 0): Checker {
  const sent = new Map<number, unknown>()
  const violations: Violation[] = []
  let examined = 0
  return {
    invariant,
    observe(event) {
      if (event.type === 'invocation') sent.set(event.operationId, event.value)
      if (event.type !== 'completion' || event.operation !== operation || event.outcome !== 'ok') return
      if (++examined === throwAt) throw new Error('planted in the checker')
      if (event.value === sent.get(event.operationId)) return
      const { atMs, connection } = event
      const message = `client ${client} got another line than it sent`
      const facts = { recipient: event.client, atMs, connection, message, received: event.value }
      violations.push({ invariant: invariant.name, kind: invariant.kind, class: 'wrong', ...facts })
    },
    conclude: () => ({ examined, undecidable: 0, violations }),
  }
}
