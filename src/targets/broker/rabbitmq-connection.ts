import { type ChannelModel, connect } from 'amqplib'
import { BrokerError } from './broker.ts'
import { openRabbitmqLink, type RabbitmqLink } from './rabbitmq-link.ts'
import { withTimeLimit } from './time-limit.ts'
import { createWaitingLine } from './waiting-line.ts'

/** A dead connection is noticed after twice this time. */
const heartbeatS = 10

export interface RabbitmqConnectionOptions {
  readonly log: (message: string) => void
  /** For the first connection, for every wait and for closing. */
  readonly limitMs: number
  /** Prepares a new link after a loss, before anybody gets it. */
  readonly restore: (link: RabbitmqLink) => Promise<void>
}

/** One link after the other to the same server. */
export interface RabbitmqConnection {
  /** The link, where there is one now. */
  readonly link: RabbitmqLink | undefined
  /** Waits for a link where there is none. `what` names who waits, for the error after the limit. */
  connected(what: string): Promise<RabbitmqLink>
  close(): Promise<void>
}

/**
 * Rejects with amqplib's error where the first connection fails. A later loss is repaired by itself: amqplib tries
 * again after 0.1 to 5 s, twice as long each time, until the connection is closed.
 */
export async function openRabbitmqConnection(
  url: string,
  { log, limitMs, restore }: RabbitmqConnectionOptions,
): Promise<RabbitmqConnection> {
  const waiting = createWaitingLine<RabbitmqLink>()
  let link: RabbitmqLink | undefined
  let closed: Promise<void> | undefined

  const setup = async (model: ChannelModel) => {
    // The loss itself is told by 'close'; without a listener this event would end the process.
    model.on('error', () => {})
    const opened = await openRabbitmqLink(model, log)
    await withTimeLimit(restore(opened), limitMs, 'restoring queues and consumers')
    link = opened
  }
  const connection = await connect(withHeartbeat(url), {
    noDelay: true,
    timeout: limitMs,
    recovery: { initialDelay: 100, maxDelay: 5000, initialMaxRetries: 0, setup },
  })
  connection.on('error', () => {})
  connection.on('disconnect', (error) => log(`broker connection lost: ${error.message}`))
  connection.on('connect-failed', (error) => log(`broker is not back yet: ${error.message}`))
  connection.on('connect', () => {
    log('broker connection is back')
    waiting.resolveAll(link as RabbitmqLink)
  })

  return {
    get link() {
      return link?.alive && !closed ? link : undefined
    },
    connected(what) {
      if (closed) return Promise.reject(new BrokerError('closed', 'the broker is closed'))
      return link?.alive ? Promise.resolve(link) : waiting.join(limitMs, what)
    },
    close() {
      waiting.rejectAll(new BrokerError('closed', 'the broker was closed'))
      // amqplib's close does not end where the connection is lost meanwhile.
      const ended = () => Promise.race([connection.close(), ...(link?.alive ? [link.gone] : [])])
      closed ??= withTimeLimit(ended(), limitMs, 'closing the connection')
      return closed
    },
  }
}

function withHeartbeat(url: string): string {
  const full = new URL(url)
  if (!full.searchParams.has('heartbeat')) full.searchParams.set('heartbeat', String(heartbeatS))
  return full.href
}
