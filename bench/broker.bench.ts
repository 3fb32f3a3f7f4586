import { connect } from 'amqplib'
import { Queue } from 'smqp'
import type { Broker } from '../src/targets/broker/broker.ts'
import { createEmbeddedBroker } from '../src/targets/broker/embedded-broker.ts'
import { openRabbitmqBroker } from '../src/targets/broker/rabbitmq-broker.ts'
import { rabbitmqIsInstalled, startRabbitmq } from '../test/support/start-rabbitmq.ts'
import { type Benchmark, type Cost, type Measurement, measure, median } from './benchmark.ts'

const messages = 20_000
const bodyBytes = 4096
/** Unconfirmed, and unacknowledged, at most. */
const windowSize = 200
const rounds = 4

/** Publishes one message; `done` when it is confirmed. Each message is consumed and acknowledged meanwhile. */
interface Path {
  readonly publish: (body: Buffer, done: () => void) => void
  readonly close: () => Promise<void>
}

type OpenPath = (consumed: () => void) => Promise<Path>

const overBroker =
  (open: () => Promise<Broker>): OpenPath =>
  async (consumed) => {
    const broker = await open()
    await broker.consume('bench', { prefetch: windowSize }, (message) => {
      message.ack()
      consumed()
    })
    return {
      publish: (body, done) => void broker.publish('bench', body).then(done),
      async close() {
        await broker.deleteQueue('bench')
        await broker.close()
      },
    }
  }

const overSmqp: OpenPath = async (consumed) => {
  const queue = new Queue('bench', { autoDelete: false })
  queue.consume(
    (_key, message) => {
      message.ack()
      consumed()
    },
    { prefetch: windowSize },
  )
  return {
    publish(body, done) {
      queue.queueMessage({}, body)
      setImmediate(done)
    },
    close: async () => {},
  }
}

const overAmqplib =
  (url: string): OpenPath =>
  async (consumed) => {
    const connection = await connect(url, { noDelay: true })
    const [publishing, consuming] = [await connection.createConfirmChannel(), await connection.createChannel()]
    await consuming.assertQueue('bench', { durable: true })
    await consuming.prefetch(windowSize)
    await consuming.consume('bench', (message) => {
      if (!message) return
      consuming.ack(message)
      consumed()
    })
    return {
      publish: (body, done) => void publishing.sendToQueue('bench', body, { persistent: true }, done),
      async close() {
        await consuming.deleteQueue('bench')
        await connection.close()
      },
    }
  }

/** Publishes and consumes all messages; what is prepared and closed does not count. */
async function run(open: OpenPath): Promise<Cost> {
  const body = Buffer.alloc(bodyBytes, 'x')
  let [sent, confirmed, consumed] = [0, 0, 0]
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const check = () => confirmed === messages && consumed === messages && finish()
  const path = await open(() => {
    consumed++
    check()
  })
  const send = () => {
    if (sent === messages) return
    sent++
    path.publish(body, () => {
      confirmed++
      send()
      check()
    })
  }
  const cost = await measure(() => {
    for (let i = 0; i < windowSize; i++) send()
    return finished
  })
  await path.close()
  return cost
}

/** In turn, because this machine's speed drifts. The first round warms up. */
async function compare(ours: OpenPath, bare: OpenPath, to: string): Promise<Measurement> {
  const pairs: { readonly ours: Cost; readonly bare: Cost }[] = []
  for (let round = 0; round <= rounds; round++) pairs.push({ ours: await run(ours), bare: await run(bare) })
  pairs.shift()
  const perSecond = median(pairs.map((pair) => (messages / pair.ours.wallMs) * 1000))
  return {
    value: median(pairs.map((pair) => (pair.ours.cpuMs / messages) * 1000)),
    ratio: { to, value: median(pairs.map((pair) => pair.ours.cpuMs / pair.bare.cpuMs)) },
    note: `${Math.round(perSecond)} messages/s`,
  }
}

const onRabbitmq: Benchmark = {
  name: 'broker, RabbitMQ: CPU of a 4 KB message',
  unit: 'µs',
  async run() {
    const server = await startRabbitmq()
    try {
      const ours = overBroker(() => openRabbitmqBroker(server.url, { log: () => {} }))
      return await compare(ours, overAmqplib(server.url), 'bare amqplib')
    } finally {
      await server.stop()
    }
  },
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'broker, embedded: CPU of a 4 KB message',
    unit: 'µs',
    run: () =>
      compare(
        overBroker(async () => createEmbeddedBroker()),
        overSmqp,
        'bare smqp',
      ),
  },
  ...(rabbitmqIsInstalled ? [onRabbitmq] : []),
]
