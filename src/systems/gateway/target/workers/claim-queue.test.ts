import { beforeEach, describe, expect, it } from 'vitest'
import type { Broker } from '../../../../targets/broker/broker.ts'
import { createEmbeddedBroker } from '../../../../targets/broker/embedded-broker.ts'
import { openServerLog } from '../../../../targets/server-log.ts'
import { claimQueue } from './claim-queue.ts'

describe('a claimed queue', () => {
  let broker: Broker
  beforeEach(() => {
    broker = createEmbeddedBroker()
    return () => broker.close()
  })

  const claim = async (taken: string[], signal = new AbortController().signal) => {
    const context = { broker, log: await openServerLog(undefined), signal }
    return claimQueue('q', 10, context, (message) => {
      taken.push(message.body.toString())
      message.ack()
    })
  }

  it('has one owner, however many come at the same moment, and loses no message by it', async () => {
    await broker.declareQueue('q')
    for (const text of ['a', 'b', 'c']) await broker.publish('q', Buffer.from(text))
    const taken: string[] = []
    const claims = [claim(taken), claim(taken), claim(taken)]
    const first = await Promise.race(claims)
    await broker.publish('q', Buffer.from('d'))
    expect(taken.sort()).toEqual(['a', 'b', 'c', 'd'])
    expect(await broker.inspectQueue('q')).toEqual({ messages: 0, consumers: 1 })
    await first.cancel()
    const rest = await Promise.race(
      claims.map(async (one) => ((await one) === first ? new Promise<never>(() => {}) : one)),
    )
    await rest.cancel()
    await Promise.all(claims)
  })

  it('is waited for until its owner leaves, or the waiting is ended', async () => {
    const first = await claim([])
    const stopped = new AbortController()
    const [second, third] = [claim([]), claim([], stopped.signal)]
    stopped.abort()
    await expect(third).rejects.toThrow('aborted')
    await first.cancel()
    await second
  })
})
