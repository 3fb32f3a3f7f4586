import { type Background, type HttpProbe, reportFailure } from '../core/background.ts'
import type { PressureReport } from '../core/report.ts'
import type { Pressure } from '../core/scenario.ts'
import type { TargetAddress } from '../core/system.ts'

export type CreateProbe = (probe: HttpProbe) => Background

/** Does the work while all HTTP load of the scenario is on, and ends the load with it, however it ended. */
export async function runUnderPressure<Result>(
  pressure: readonly Pressure[],
  addresses: Readonly<Record<string, TargetAddress>>,
  createProbe: CreateProbe,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly pressure: readonly PressureReport[] }> {
  const loads = pressure.map((entry) => createLoad(entry, addresses, createProbe))
  const stopAll = () => Promise.all(loads.map((load) => load.stop()))
  await Promise.all(loads.map((load) => load.start()))
  const result = await work().catch(async (error) => {
    await stopAll()
    throw error
  })
  return { result, pressure: await stopAll() }
}

function createLoad(
  { at, ...load }: Pressure,
  addresses: Readonly<Record<string, TargetAddress>>,
  createProbe: CreateProbe,
): Background {
  if ('url' in at) return createProbe({ ...load, url: at.url })
  const address = addresses[at.target]
  const base = at.endpoint === 'status' ? address?.statusUrl : address?.url
  if (base !== undefined) return createProbe({ ...load, url: new URL(at.path, base).href })
  const failure = `the target "${at.target}" has told no address of its status server`
  return { start: async () => {}, stop: async () => reportFailure({ ...load, url: at.path }, failure) }
}
