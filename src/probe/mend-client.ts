import type { EventEmitter } from 'node:events'

/** One connection of autocannon, with the inner parts that are mended here. It hands itself to `setupClient`. */
export interface ProbeClient extends EventEmitter {
  readonly conn?: unknown
  readonly destroyed: boolean
  readonly parser: {
    /** Completes an answer that has no length. */
    finish(): void
    reinitialize(type: 'RESPONSE'): void
  }
  /** Requests that wait for an answer. */
  readonly pipelinedRequests: { size(): number }
  _connect(): void
  /** Drops the socket with its listeners, and forgets all requests that wait for an answer. */
  _destroyConnection(): void
}

/** A server that refuses connections is not asked again at once: that would only busy this machine. */
const retryAfterMs = 100

/**
 * Makes every new connection of the client a fresh start. autocannon 9 keeps the requests that a closed connection has
 * not answered in its queue and takes later answers for theirs: a server that answers within 5 ms and closes was
 * measured at 530 ms. It also keeps half of a broken answer in its parser, never completes an answer that ends with its
 * connection, and tries again without a pause.
 * `onReconnect` is called whenever the requests that still wait are given up.
 */
export function mendClient(client: ProbeClient, onReconnect: () => void): void {
  const connect = client._connect
  let refused = false
  client.on('connError', () => {
    refused = true
  })
  const renew = () => {
    if (client.destroyed) return
    if (client.conn !== undefined) {
      client._destroyConnection()
      onReconnect()
    }
    client.parser.reinitialize('RESPONSE')
    connect.call(client)
  }
  client._connect = () => {
    if (refused) {
      setTimeout(renew, retryAfterMs)
    } else {
      if (client.pipelinedRequests.size() > 0) client.parser.finish()
      renew()
    }
    refused = false
  }
}
