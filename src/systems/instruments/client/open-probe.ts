import type { Role } from '../workload/event-values.ts'
import type { SideContext } from './agent-side.ts'
import { InstrumentLink, type LinkOptions } from './instrument-link.ts'

/** A connection beside those of agent and viewers, which a server may refuse. */
export function openProbe(
  { params, urls, recorder, signal, transport }: SideContext,
  role: Role,
  options: Pick<LinkOptions, 'query'> & Partial<Pick<LinkOptions, 'headers' | 'noticed' | 'ended' | 'mayBeRefused'>>,
): InstrumentLink {
  return new InstrumentLink({
    url: urls[0] as string,
    headers: {},
    role,
    transport,
    recorder,
    signal,
    mayBeRefused: true,
    connectLimitMs: params.connectLimitMs,
    ...options,
  })
}
