import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../src/core/json.ts'
import type { ClientCode, System } from '../../src/core/system.ts'
import { runInProcess } from '../../src/engine/run-in-threads.ts'
import { RunRequests } from '../../src/engine/run-requests.ts'
import type { ShardResult } from '../../src/engine/shard-result.ts'
import { shareWidely } from '../../src/engine/share-widely.ts'
import { scenarioFromDocument } from '../../src/scenario/load-scenario.ts'
import { devices } from '../../src/systems/devices/index.ts'
import type { DevicesParams } from '../../src/systems/devices/params/devices-params.ts'

export type CreateDevice = ClientCode<DevicesParams>['createClient']

/**
 * Runs devices of another make through mcsim's engine in this thread: with the recorder, the ownership scan, the history
 * on disk, the metrics and every checker that `mcsim devices` has. Throws where anything was found wrong.
 */
export async function runDevices(
  url: string,
  createClient: CreateDevice,
  clients: number,
  params: JsonObject,
  signal: AbortSignal = new AbortController().signal,
): Promise<ShardResult> {
  const system = { ...devices, loadClients: async () => ({ createClient }) } as unknown as System
  const folder = await mkdtemp(join(tmpdir(), 'mcsim-bench-'))
  try {
    const all = { thinkTime: '0ms', dependable: true, reRegisterEvery: 1, ...params }
    const group = { name: 'devices', system: 'devices', target: 'devices', clients, params: all }
    const scenario = scenarioFromDocument({ targets: { devices: { system: 'devices', url } }, groups: [group] }, [
      system,
    ])
    const runId = `bench-${process.pid}-${Math.round(performance.now())}`
    const shard = { index: 0, count: 1 }
    const job = { runId, scenario, shard, targets: { devices: { url } }, historyFile: join(folder, 'history') }
    const result = await runInProcess(job, [system], {
      draining: signal,
      signal: shareWidely(signal),
      requests: new RunRequests(),
      onSnapshot: () => {},
    })
    const wrong = [...result.bugs, ...result.checks.violations, ...result.checks.crashes]
    if (wrong.length > 0) throw new Error(JSON.stringify(wrong.slice(0, 3)))
    return result
  } finally {
    await rm(folder, { recursive: true })
  }
}
