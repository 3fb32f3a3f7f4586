import { afterEach, expect, it } from 'vitest'
import { createEventList } from '../../../../test/support/event-list.ts'
import { type RawServer, startRawServer } from '../../../../test/support/replay/raw-server.ts'
import { parseServerUrl } from '../../../transport/parse-server-url.ts'
import { pathsOf } from '../wire/paths.ts'
import { ControlLink } from './control-link.ts'
import { createSession } from './control-requests.ts'

let server: RawServer

afterEach(() => server.stop())

async function linkTo() {
  server = await startRawServer()
  const list = createEventList()
  const controller = new AbortController()
  const limits = { connectLimitMs: 2000, requestLimitMs: 2000 }
  const link = new ControlLink({ ...parseServerUrl(server.url), ...limits }, list.recorder, controller.signal)
  expect(await link.open(0)).toBe(true)
  const ends = () => list.events.flatMap((event) => (event.type === 'closed' ? [event.reason] : []))
  return { link, controller, ends, ask: () => link.ask(createSession(pathsOf('session-last', ''))) }
}

it('a link keeps no connection over a long wait, and opens another when it is needed', async () => {
  const { link, controller, ends, ask } = await linkTo()
  expect(await ask()).toMatchObject({ sessionId: 's1' })
  await link.wait(5)
  expect(ends()).toEqual([])
  const waited = link.wait(60_000)
  await expect.poll(ends).toEqual(['ended'])
  expect(await ask()).toMatchObject({ sessionId: 's2' })
  expect(server.sockets.size).toBe(2)
  controller.abort()
  await waited
  await expect.poll(ends).toEqual(['ended', 'aborted'])
})

it('a request goes out on a new connection where the server has ended the idle one', async () => {
  const { link, ends, ask } = await linkTo()
  await ask()
  for (const socket of server.sockets) socket.end()
  await expect.poll(ends).toEqual(['ended'])
  expect(await ask()).toMatchObject({ sessionId: 's2' })
  await link.close()
})
