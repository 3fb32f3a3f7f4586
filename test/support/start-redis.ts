import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findFreePorts } from './find-free-ports.ts'

/** A Redis for one test file. */
export interface TestRedis {
  readonly url: string
  /** Kills it, with all that it holds; what this resolves with starts it anew. Absent where it is not ours. */
  readonly breakDown?: () => Promise<() => Promise<void>>
  stop(): Promise<void>
}

const startLimitMs = 10_000
const isInstalled = spawnSync('redis-server', ['--version']).status === 0

/**
 * REDIS_URL, else an installed server as a child of our own with its files in a temporary folder. Undefined, with a
 * visible line, where there is none, and a failure where MCSIM_REQUIRE_SERVICES=1 says that there must be.
 */
export async function startRedis(): Promise<TestRedis | undefined> {
  const given = process.env.REDIS_URL
  if (given) return { url: given, stop: async () => {} }
  if (isInstalled) return startChild()
  const message = 'Redis is neither installed nor given as REDIS_URL'
  if (process.env.MCSIM_REQUIRE_SERVICES === '1') throw new Error(message)
  console.warn(`${message}: this suite is skipped`)
  return undefined
}

/** Kills its server when descriptor 3 closes, which it does even where the process of the test was killed. */
const watched = '"$0" "$@" 3<&- & child=$!; cat <&3; kill -KILL $child'

async function startChild(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'mcsim-redis-'))
  const [port] = (await findFreePorts(1)) as [number]
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const launch = async () => {
    const started = spawn('/bin/sh', ['-c', watched, 'redis-server', ...options], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    await untilReady(port, started)
    return started
  }
  const kill = async (running: ChildProcess) => {
    const closed = once(running, 'exit')
    running.stdio[3]?.destroy()
    await closed
  }
  let child = await launch()
  return {
    url: `redis://127.0.0.1:${port}`,
    async breakDown() {
      await kill(child)
      return async () => {
        child = await launch()
      }
    },
    async stop() {
      await kill(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  const giveUpAt = performance.now() + startLimitMs
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > giveUpAt) throw new Error('Redis did not start')
    await delay(10)
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const finish = (ready: boolean) => {
      socket.destroy()
      resolve(ready)
    }
    socket.once('data', (chunk) => finish(String(chunk).startsWith('+PONG')))
    socket.once('error', () => finish(false))
  })
}
