import type { RunningTarget, TargetOptions } from '../../../core/system.ts'
import { plantDefects } from '../../../targets/defect.ts'
import { openServerLog } from '../../../targets/server-log.ts'
import { startHttpServer } from '../../../targets/start-http-server.ts'
import { startStatusServer } from '../../../targets/status-server.ts'
import { WorkSlots } from '../../../targets/work-slots.ts'
import type { DefectName } from './defect-name.ts'
import { SharedState } from './defects/shared-state.ts'
import { describeFleet } from './describe-fleet.ts'
import type { DevicesServer } from './devices-server.ts'
import { DeviceRegistry } from './fleet/device-registry.ts'
import { choosePolicy } from './policies/choose-policy.ts'
import { StateFile } from './policies/state-file.ts'
import { rebalance } from './rebalance.ts'
import { answerRequest, createRoutes } from './requests/answer-request.ts'
import type { DevicesSettings } from './settings.ts'

/** How long requests may still be answered when the server stops. */
const stopLimitMs = 5000

/** Starts the complete reference server: registry, assignment, decisions, status port. */
export async function startDevices(options: TargetOptions<DevicesSettings>): Promise<RunningTarget> {
  const { host, settings } = options
  const state =
    settings.stateFile === undefined ? undefined : await StateFile.open(settings.stateFile, settings.maxDevices)
  const server = await createServer(options, state)
  const routes = createRoutes(settings)
  const http = await startHttpServer({
    ...settings,
    host,
    port: options.port,
    answer: (request) => answerRequest(server, routes, request),
    failed: (error) => server.log.error('request failed', { error: String((error as Error).stack ?? error) }),
  })
  const status = await startStatusServer({
    host,
    port: options.statusPort,
    answers: { '/stats': (query) => describeFleet(server, query) },
    orders: { '/rebalance': () => rebalance(server) },
  })
  const timers = startTimers(server)
  return {
    url: `http://${host}:${http.port}${settings.basePath}`,
    statusUrl: status.url,
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await http.stop(stopLimitMs)
      await status.stop()
      await state?.close()
    },
  }
}

async function createServer(
  options: TargetOptions<DevicesSettings>,
  state: StateFile | undefined,
): Promise<DevicesServer> {
  const { settings } = options
  const registry = new DeviceRegistry(settings)
  return {
    settings,
    registry,
    policy: choosePolicy(settings, (model) => registry.loadOf(model), state),
    slots: new WorkSlots(settings.maxWorking),
    log: await openServerLog(options.log),
    defect: plantDefects<DefectName>(options),
    shared: new SharedState(),
    replies: new Map(),
  }
}

function startTimers(server: DevicesServer): readonly NodeJS.Timeout[] {
  const { registry, settings, log } = server
  const sweep = () => {
    const expired = registry.sweep(Date.now())
    if (expired > 0) log.info('devices expired', { expired })
  }
  const timers = [setInterval(sweep, Math.max(1000, settings.expireAfterMs / 4))]
  if (settings.rebalanceEveryMs !== undefined) {
    timers.push(setInterval(() => rebalance(server), settings.rebalanceEveryMs))
  }
  return timers.map((timer) => timer.unref())
}
