import type { Cause, Violation } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { InstrumentsParams } from '../params/instruments-params.ts'
import { areSweeps } from '../workload/sweeps.ts'
import type { ToldFigure } from './figure-judge.ts'
import { createSetup } from './judge-setup.ts'

/** More suspects than this say nothing. */
const mostSuspects = 12

/** A figure that is not the recipient's is, with its number and frequency, another's: heights encode their owner. */
export async function findCause(
  violation: Violation,
  clients: readonly PlannedClient<InstrumentsParams>[],
): Promise<Cause | undefined> {
  const recipient = clients.find(({ arrival }) => arrival.client === violation.recipient)
  const others = clients.filter(({ arrival }) => arrival.client !== violation.recipient)
  const received = violation.received ?? {}
  const hasTold =
    matchFigure(received as Partial<ToldFigure>, recipient) ?? matchSweeps(received as Partial<ToldSweeps>)
  if (!hasTold) return undefined
  const owners = others.filter(hasTold).map(({ arrival }) => arrival.client)
  if (owners.length === 0 || owners.length > mostSuspects) return undefined
  const proof = owners.length === 1 ? 'signature' : 'suspected'
  const whose = owners.length === 1 ? `client ${owners[0]}` : `one of the clients ${owners.join(', ')}`
  return { clients: owners, proof, message: `it is exactly what belongs to ${whose}` }
}

type Match = (client: PlannedClient<InstrumentsParams>) => boolean

/** Undefined where the violation tells no figure. */
function matchFigure(told: Partial<ToldFigure>, recipient: PlannedClient<InstrumentsParams> | undefined) {
  const { name, value, session = 0, number = 0, frequency = 0, electrode = null } = told
  if (name === undefined || value === undefined) return undefined
  const file = { name: '', session, number, frequency }
  const match: Match = (client) => {
    // The server analyses what is sent to it in the way that the recipient asked for.
    const { expected } = createSetup({ ...client, params: recipient?.params ?? client.params })
    const wanted = expected.figure(name, file, electrode)
    return Math.abs(value - wanted) <= client.params.tolerance * Math.abs(wanted)
  }
  return match
}

/** Segments of a file that a viewer had brought along. */
interface ToldSweeps {
  readonly sweeps: number | null
  readonly lengths: readonly number[] | null
  readonly session: number
}

/** How many sessions ahead of the recipient another one can be. */
const lookAhead = 3

function matchSweeps({ sweeps, lengths = null, session = 0 }: Partial<ToldSweeps>): Match | undefined {
  if (sweeps == null) return undefined
  return (client) => {
    const { pair } = createSetup(client)
    const sessions = Array.from({ length: session + lookAhead + 1 }, (_, i) => i)
    return client.params.segmentsShare > 0 && sessions.some((one) => areSweeps(pair.sweeps(one), sweeps, lengths))
  }
}
