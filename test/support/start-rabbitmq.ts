import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findFreePorts } from './find-free-ports.ts'

const binary = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const startLimitMs = 45_000
const stopLimitMs = 20_000

export const rabbitmqIsInstalled = existsSync(binary)

/** A RabbitMQ server of our own: free ports of the loopback address, all files in a temporary folder. */
export interface RabbitmqServer {
  readonly url: string
  /** The same server again, with what was durable. */
  restart(): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
  stop(): Promise<void>
}

export async function startRabbitmq(): Promise<RabbitmqServer> {
  const folder = await mkdtemp(join(tmpdir(), 'mcsim-rabbitmq-'))
  const [port, epmdPort, distributionPort] = await findFreePorts(3)
  const settings = await configure(folder, { port, epmdPort, distributionPort } as Ports)
  const epmd = launch('epmd', ['-address', '127.0.0.1', '-port', String(epmdPort)], settings)
  let server = launch(binary, [], settings)

  const killAll = () => {
    for (const launched of [server, epmd]) signal(launched, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  process.once('exit', killAll)
  const stop = async () => {
    await end(server, 'SIGTERM')
    killAll()
    process.off('exit', killAll)
  }
  try {
    await untilReady(port as number, server)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: `amqp://127.0.0.1:${port}`,
    stop,
    kill: () => end(server, 'SIGKILL'),
    async restart() {
      await end(server, 'SIGTERM')
      server = launch(binary, [], settings)
      await untilReady(port as number, server)
    },
  }
}

interface Ports {
  readonly port: number
  readonly epmdPort: number
  readonly distributionPort: number
}

/** Returns the environment of the server's processes. */
async function configure(folder: string, { port, epmdPort, distributionPort }: Ports): Promise<NodeJS.ProcessEnv> {
  const configuration = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    'log.console = true',
    'log.console.level = warning',
    'log.file = false',
    'disk_free_limit.absolute = 50MB',
  ]
  await writeFile(join(folder, 'rabbitmq.conf'), `${configuration.join('\n')}\n`)
  await writeFile(join(folder, 'env.conf'), '')
  return {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: folder,
    RABBITMQ_NODENAME: `mcsim${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_CONF_ENV_FILE: join(folder, 'env.conf'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(folder, 'config'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  }
}

interface Launched {
  readonly child: ChildProcess
  /** The end of what it wrote. */
  readonly output: () => string
}

/** Kills its whole group when descriptor 3 closes, which it does even where the process of the test was killed. */
const watched = '(cat <&3; kill -KILL 0) >/dev/null 2>&1 & exec "$0" "$@" 3<&-'

/** In a process group of its own, because the Erlang machine is a child of RabbitMQ's script. */
function launch(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Launched {
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'] as const
  const child = spawn('/bin/sh', ['-c', watched, command, ...args], { env, detached: true, stdio: [...stdio] })
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-2000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return { child, output: () => output }
}

function signal({ child }: Launched, name: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, name)
  } catch {
    // The group is gone.
  }
}

async function end(server: Launched, name: NodeJS.Signals): Promise<void> {
  const { child } = server
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  signal(server, name)
  const limit = setTimeout(() => signal(server, 'SIGKILL'), stopLimitMs)
  await closed
  clearTimeout(limit)
}

/** RabbitMQ listens before it can serve: ready is who answers the protocol header with a method frame (type 1). */
async function untilReady(port: number, { child, output }: Launched): Promise<void> {
  const giveUpAt = performance.now() + startLimitMs
  while (!(await answers(port))) {
    const gone = child.exitCode !== null || child.signalCode !== null
    if (gone || performance.now() > giveUpAt) throw new Error(`RabbitMQ did not start:\n${output()}`)
    await delay(100)
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('AMQP\u0000\u0000\u0009\u0001'))
    const finish = (ready: boolean) => {
      socket.destroy()
      resolve(ready)
    }
    socket.setTimeout(2000, () => finish(false))
    socket.once('data', (chunk) => finish(chunk[0] === 1))
    socket.once('error', () => finish(false))
    socket.once('end', () => finish(false))
  })
}
