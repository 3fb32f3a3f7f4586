import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { getDialect } from '../src/systems/gateway/wire/index.ts'
import { kinds, type Transaction } from '../src/systems/gateway/wire/rows.ts'
import { rabbitmqIsInstalled, startRabbitmq } from '../test/support/start-rabbitmq.ts'
import { type Benchmark, type Measurement, measure } from './benchmark.ts'
import { startReference } from './start-reference.ts'

const clients = 4
const batchRows = 2000
const batches = 50

/**
 * Transactions through the whole pipeline: decoded, put on the broker, filtered three times, counted twice, answered.
 * The gateway with its workers is one process; the clients, in this one, send frames that were encoded before.
 */
function benchmark(broker: string, atLeast: number, run: () => Promise<Measurement>): Benchmark {
  return { name: `gateway pipeline on ${broker}`, unit: 'rows/s', aim: { atLeast }, run }
}

async function measureOnRabbitmq(): Promise<Measurement> {
  if (process.env.AMQP_URL) return measureGateway(process.env.AMQP_URL)
  if (!rabbitmqIsInstalled) return { value: Number.NaN, note: 'RabbitMQ is neither installed nor given as AMQP_URL' }
  const rabbitmq = await startRabbitmq()
  return measureGateway(rabbitmq.url).finally(() => rabbitmq.stop())
}

async function measureGateway(broker: string): Promise<Measurement> {
  const { child, url, stop } = await startReference('gateway', ['--broker', broker])
  try {
    await uploadAll(url, 10)
    const cpuBefore = await readCpuMs(child)
    const { wallMs, cpuMs } = await measure(() => uploadAll(url, batches))
    const gatewayCpuMs = (await readCpuMs(child)) - cpuBefore
    const rows = clients * batches * batchRows
    const share = (ms: number) => `${Math.round((100 * ms) / wallMs)} % of a core`
    const perRow = `${((1000 * gatewayCpuMs) / rows).toFixed(1)} µs CPU per row`
    return {
      value: rows / (wallMs / 1000),
      note: `gateway ${perRow}, ${share(gatewayCpuMs)}; clients ${share(cpuMs)}`,
    }
  } finally {
    await stop()
  }
}

/** User and system time of a process, from Linux's /proc in hundredths of a second. */
async function readCpuMs({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

async function uploadAll(url: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: clients }, () => upload(url, count)))
}

/** Sends without waiting for the answers; resolves when the results are there. */
async function upload(url: string, count: number): Promise<void> {
  const decoder = dialect.createServerMessageDecoder({ maxMessageBytes: 2 ** 30 })
  const { port, hostname } = new URL(url)
  const socket = createConnection({ port: Number(port), host: hostname })
  const finished = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      if (decoder.push(chunk).some(({ type }) => type === 'results-end')) resolve()
    })
  })
  for (const kind of kinds) {
    for (let i = 0; kind === 'transactions' && i < count; i++) {
      if (!socket.write(frame)) await once(socket, 'drain')
    }
    socket.write(encoder.end(kind))
  }
  await finished
  socket.end()
}

const transactions: readonly Transaction[] = Array.from({ length: batchRows }, (_, i) => ({
  transactionId: `c0ffee00-0000-4000-8000-${String(i).padStart(12, '0')}`,
  storeId: 1 + (i % 10),
  paymentMethodId: 1,
  voucherId: 0,
  userId: 1 + (i % 500),
  originalAmount: i % 100,
  discountApplied: 0,
  finalAmount: i % 100,
  createdAtS: Date.UTC(2024, i % 18, 1 + (i % 28), 6 + (i % 17)) / 1000,
}))

const dialect = getDialect('acknowledged')
const encoder = dialect.createEncoder()
const frame = encoder.batch({ kind: 'transactions', rows: transactions })

export const benchmarks: readonly Benchmark[] = [
  benchmark('the embedded broker', 100_000, () => measureGateway('embedded')),
  benchmark('RabbitMQ', 50_000, measureOnRabbitmq),
]
