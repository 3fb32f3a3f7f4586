import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createStreamingSender } from './frame-senders.ts'
import type { GatewayLink } from './gateway-link.ts'

it('reads what has come before it writes, so that a refusal with a reset behind it is not lost', async () => {
  const sent: Uint8Array[] = []
  const link = { isSettled: false, failure: undefined, send: async (bytes: Uint8Array) => void sent.push(bytes) }
  const sender = createStreamingSender(link as unknown as GatewayLink, 1000)
  const first = Buffer.of(1)
  expect(await sender.end('users', first)).toBeUndefined()
  const arrival = nextTurn().then(() => {
    link.isSettled = true
  })
  expect(await sender.end('stores', Buffer.of(2))).toBe('early-answer')
  await arrival
  expect(sent).toEqual([first])
})
