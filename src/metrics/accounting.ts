import type { AccountingLine, OperationReport } from '../core/report.ts'

/** Every planned client finished, was stopped, or never started. */
export function accountForClients(
  planned: number,
  parts: { readonly finished: number; readonly unfinished: number; readonly dropped: number },
): AccountingLine {
  const { finished, unfinished, dropped } = parts
  return createLine('clients planned', planned, { finished, unfinished, dropped })
}

/** Every operation that was sent ended in one way or is still in flight. */
export function accountForOperations(operations: readonly OperationReport[]): AccountingLine {
  const parts = { ok: 0, failed: 0, limited: 0, indeterminate: 0, inFlight: 0 }
  let sent = 0
  for (const operation of operations) {
    sent += operation.sent
    for (const outcome of Object.keys(parts) as (keyof typeof parts)[]) parts[outcome] += operation[outcome]
  }
  return createLine('operations sent', sent, parts)
}

function createLine(subject: string, total: number, parts: Readonly<Record<string, number>>): AccountingLine {
  const sum = Object.values(parts).reduce((a, b) => a + b, 0)
  return { subject, total, parts, holds: sum === total }
}
