import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningTarget, TargetOptions } from '../../../core/system.ts'
import { openBroker } from '../../../targets/broker/open-broker.ts'
import { plantDefects } from '../../../targets/defect.ts'
import { createResourceLedger } from '../../../targets/resource-ledger.ts'
import { openServerLog } from '../../../targets/server-log.ts'
import { startTcpServer } from '../../../targets/start-tcp-server.ts'
import { startStatusServer } from '../../../targets/status-server.ts'
import { addressOf, type ServedConnection, serveConnection } from './connections/serve-connection.ts'
import type { DefectName } from './defect-name.ts'
import { createDelivery } from './defects/deliver-part.ts'
import { SharedState } from './defects/shared-state.ts'
import { EofBarrier } from './eof/eof-barrier.ts'
import type { Gateway } from './gateway.ts'
import type { GatewayContext } from './gateway-context.ts'
import { SessionManager } from './sessions/session-manager.ts'
import type { GatewaySettings } from './settings.ts'
import { startOwnWorkers } from './start-own-workers.ts'

/** When the gateway stops: how long clients may still read what they are told, and how long their results may take. */
const stopLimitMs = 5000

/** Starts the complete reference gateway: sessions, pipeline, workers, status port. */
export async function startGateway(options: TargetOptions<GatewaySettings>): Promise<RunningTarget> {
  const gateway = await openGateway(options)
  const workers = await startOwnWorkers(gateway)
  const server = await acceptClients(options, gateway)
  const status = await startStatusServer({
    host: options.host,
    port: options.statusPort,
    answers: {
      '/stats': () => ({
        ...gateway.ledger.figures(),
        ...gateway.sessions.statistics(),
        clientsHeldByWorkers: workers.clients,
      }),
      '/sessions': () => gateway.sessions.describe(),
    },
  })
  const sweep = setInterval(() => void sweepOrphans(gateway, server), gateway.settings.sweepEveryMs).unref()
  const stop = async () => {
    clearInterval(sweep)
    gateway.stopping.abort()
    await server.stop()
    await gateway.sessions.finishAll(stopLimitMs)
    await workers.stop()
    await gateway.broker.close()
    await status.stop()
    if (gateway.settings.resultsDir === undefined) await rm(gateway.resultsDir, { recursive: true, force: true })
  }
  let stopped: Promise<void> | undefined
  return {
    url: `tcp://${options.host}:${server.port}`,
    statusUrl: status.url,
    resultsDir: gateway.resultsDir,
    async stop() {
      stopped ??= stop()
      await stopped
    },
  }
}

async function openGateway(options: TargetOptions<GatewaySettings>): Promise<Gateway> {
  const { settings } = options
  const log = await openServerLog(options.log)
  const resultsDir = settings.resultsDir ?? (await mkdtemp(join(tmpdir(), 'mcsim-gateway-')))
  await mkdir(resultsDir, { recursive: true })
  const context: GatewayContext = {
    settings,
    resultsDir,
    log,
    queuePrefix: settings.queuePrefix ?? (settings.externalWorkers ? 'gateway' : `gateway.${randomUUID()}`),
    broker: await openBroker(settings.broker, { log: (message) => log.warn(message) }),
    ledger: createResourceLedger(),
    shared: new SharedState(),
    defect: plantDefects<DefectName>(options),
    stopping: new AbortController(),
    barrier: settings.eof === 'barrier' ? new EofBarrier() : undefined,
  }
  const sessions = new SessionManager(context)
  return { ...context, sessions, deliver: createDelivery(context.defect, context.shared, () => sessions.list()) }
}

async function acceptClients({ host, port }: TargetOptions<GatewaySettings>, gateway: Gateway) {
  const served = new Map<Socket, ServedConnection>()
  const slots = new Set<Socket>()
  const accept = (socket: Socket) => {
    const isOverLimit = slots.size >= gateway.settings.maxClients
    const connection = serveConnection(socket, gateway, isOverLimit)
    served.set(socket, connection)
    if (!isOverLimit) slots.add(socket)
    const resource = gateway.ledger.acquire(addressOf(socket), 'connections', () => void socket.destroy())
    socket.once('close', () => {
      served.delete(socket)
      void resource.free()
      if (!connection.wasRefused || !gateway.defect.acts('slot-exhaustion')) slots.delete(socket)
    })
  }
  const server = await startTcpServer({ host, port, accept })
  return {
    port: server.port,
    isConnected: (address: string) => [...served.keys()].some((socket) => addressOf(socket) === address),
    /** Clients that wait for results get them; the others are told. */
    stop: () =>
      server.stop({
        limitMs: stopLimitMs,
        finish: (socket) => {
          const connection = served.get(socket)
          if (!connection?.awaitsResults) connection?.refuse('SHUTTING_DOWN', 'the gateway stops')
        },
      }),
  }
}

async function sweepOrphans(
  { ledger, sessions, settings, barrier, log }: Gateway,
  { isConnected }: { readonly isConnected: (address: string) => boolean },
): Promise<void> {
  // Behind a barrier a session waits for others, however long these take.
  const closed = barrier?.heldCount ? 0 : await sessions.closeIdle(settings.orphanAfterMs)
  if (closed > 0) log.warn('sessions closed whose results never came', { closed })
  const freed = await ledger.sweep((holder) => sessions.get(holder) !== undefined || isConnected(holder))
  if (freed > 0) log.warn('orphans freed', { freed })
}
