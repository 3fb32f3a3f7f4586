import { queries } from '../wire/results.ts'
import type { GatewayLink } from './gateway-link.ts'
import type { OutcomeCode } from './outcome-codes.ts'

export interface CollectLimits {
  /** How long nothing may come while result types are missing. */
  readonly resultsIdleMs: number
  /** How long nothing may come when all types are there and the server has not said that this was all. */
  readonly settleMs: number
}

/**
 * Waits for the results of the current upload on its own connection: until all types have come and the server has
 * said so or is quiet. A server's word alone is not enough, because some say it too early. No query has more rows than
 * were uploaded, so that a server that never stops is left when it has sent more than `uploadedRows`.
 */
export async function collectResults(
  link: GatewayLink,
  limits: CollectLimits,
  uploadedRows: number,
): Promise<OutcomeCode | undefined> {
  const { collector } = link
  for (;;) {
    const complete = collector.missing.length === 0
    if (complete && (collector.isEnded || link.failure)) return undefined
    if (link.failure) return link.failure
    if (collector.rows > uploadedRows * queries.length) return 'results-endless'
    const seen = collector.progress
    const limitMs = complete ? limits.settleMs : limits.resultsIdleMs
    const came = await link.watch.until(() => collector.progress > seen || link.failure !== undefined, limitMs)
    if (!came) return complete ? undefined : 'results-missing'
  }
}
