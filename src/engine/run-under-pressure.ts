import { type Background, type HttpProbe, reportFailure } from '../core/background.ts'
import type { PressureReport } from '../core/report.ts'
import type { Pressure, PressureAddress } from '../core/scenario.ts'
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
  const url = resolveAddress(at, addresses)
  if (url !== undefined) return createProbe({ ...load, url })
  const failure = 'the server has told no status address'
  return { start: async () => {}, stop: async () => reportFailure({ ...load, url: '(unknown)' }, failure) }
}

function resolveAddress(at: PressureAddress, addresses: Readonly<Record<string, TargetAddress>>): string | undefined {
  if ('url' in at) return at.url
  const address = addresses[at.target]
  const base = at.endpoint === 'status' ? address?.statusUrl : address?.url
  return base === undefined ? undefined : new URL(at.path, base).href
}
