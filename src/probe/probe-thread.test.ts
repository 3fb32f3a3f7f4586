import { expect, it } from 'vitest'
import type { HttpProbe } from '../core/background.ts'
import { createProbeThread } from './probe-thread.ts'

const probe: HttpProbe = {
  url: 'http://127.0.0.1:1/',
  method: 'GET',
  headers: {},
  connections: 1,
  pipelining: 1,
}

const entry = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`)

it.each([
  ['breaks', "throw new Error('planted')", 'its thread broke: planted'],
  ['ends without a word', 'process.exit(3)', 'its thread ended early with exit code 3'],
])('a thread that %s is told as a failure', async (_, code, failure) => {
  const thread = createProbeThread(probe, entry(code))
  await thread.start()
  expect(await thread.waitUntilEnded()).toMatchObject({ url: probe.url, answered: 0, failure })
  expect(await thread.stop()).toMatchObject({ failure })
})

it('stop tells the thread to end and hands on its report', async () => {
  const code = `
    import { parentPort } from 'node:worker_threads'
    parentPort.postMessage({ type: 'started' })
    parentPort.once('message', () => parentPort.postMessage({ type: 'report', report: { answered: 7 } }))`
  const thread = createProbeThread(probe, entry(code))
  await thread.start()
  expect(await thread.stop()).toEqual({ answered: 7 })
})
