import type { Checker, Conclusion } from '../core/check.ts'
import { everStood } from '../core/close-reason.ts'
import { noStrayBytes } from '../core/common-invariants.ts'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { noChannels } from './no-channels.ts'

export const createStrayBytesChecker = (client: ClientIndex): Checker => new StrayBytesChecker(client)

/** Examines connections that stood: each of them could have brought stray bytes. */
class StrayBytesChecker implements Checker {
  readonly invariant = noStrayBytes
  readonly channels = noChannels
  private readonly findings: FindingLog
  private connections = 0
  private strayBytes = 0

  constructor(client: ClientIndex) {
    this.findings = createFindingLog(noStrayBytes, client)
  }

  observe(event: RunEvent): void {
    if (event.type === 'closed' && everStood(event.reason)) this.connections++
    if (event.type !== 'stray-bytes') return
    this.strayBytes += event.bytes
    const what = `received ${event.bytes} bytes that nothing explains on connection ${event.connection}`
    this.findings.add(event, 'wrong', what, { received: event.excerpt })
  }

  conclude(): Conclusion {
    const { connections, strayBytes } = this
    return { examined: connections, undecidable: 0, violations: this.findings.list(), coverage: { strayBytes } }
  }
}
