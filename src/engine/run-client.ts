import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { SimulatedClient } from '../core/client.ts'
import type { LoadModel } from '../core/scenario.ts'
import type { RunStops } from './run-stops.ts'

/** How long a witness that comes when all others have left stays and listens. */
const afterWitnessMs = 1000

/**
 * Lets one client live through its iterations, or until the one in which the run is told to drain. True: it lived
 * through all of them. Rejects only with a bug of the client, and closes it in any case.
 */
export async function runClient(
  client: SimulatedClient,
  load: LoadModel,
  { draining, signal }: RunStops,
): Promise<boolean> {
  try {
    let connected = false
    for (let iteration = 0; iteration < load.iterations; iteration++) {
      if (iteration > 0 && load.thinkTimeMs > 0) await pause(load.thinkTimeMs, draining)
      if (draining.aborted) return false
      connected ||= await client.open(signal)
      if (!connected) return false
      connected = await client.iterate(iteration, signal)
      const another = iteration + 1 < load.iterations
      if (another && (load.reconnect || !connected)) {
        await client.close()
        connected = false
      }
    }
    return !signal.aborted
  } finally {
    await client.close()
  }
}

/** Lets a witness connect and listen until the others have left, or, for one that comes after them, for a while. */
export async function runWitness(
  client: SimulatedClient,
  kind: 'during' | 'after',
  othersLeft: AbortSignal,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    if (kind === 'after') await untilAborted(AbortSignal.any([othersLeft, signal]))
    if (signal.aborted || !(await client.open(signal))) return false
    if (kind === 'during') await untilAborted(AbortSignal.any([othersLeft, signal]))
    else await pause(afterWitnessMs, signal)
    return !signal.aborted
  } finally {
    await client.close()
  }
}

export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

/** Resolves after the time or at the abort, whichever is first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
