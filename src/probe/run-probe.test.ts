import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { HttpProbe } from '../core/background.ts'
import { createHistogram } from '../metrics/histogram.ts'
import { runProbe } from './run-probe.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`, server }
}

const load = { method: 'GET', headers: {}, connections: 3, pipelining: 1, durationMs: 300 } as const

const run = (probe: HttpProbe, signal = new AbortController().signal) =>
  runProbe(probe, { latency: createHistogram(), signal, onStarted: () => {} })

it('counts what the server counts', async () => {
  let served = 0
  const { url } = await serve((_, response) => {
    served++
    response.end('ok')
  })
  const report = await run({ ...load, url })
  expect(report.answered).toBeGreaterThan(10)
  expect(report.sent).toBe(report.answered + report.lost + report.inFlight)
  expect(report.inFlight).toBeLessThanOrEqual(3)
  expect(served).toBeGreaterThanOrEqual(report.answered)
  expect(served).toBeLessThanOrEqual(report.sent)
  expect(report.latency.n).toBe(report.answered)
  expect(report).toMatchObject({ url, connections: 3, lost: 0, non2xx: 0, errorCodes: {} })
  expect(report.failure).toBeUndefined()
})

it('sends method, headers and body', async () => {
  const seen = new Set<string>()
  const { url } = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.add(`${request.method} ${request.url} ${request.headers['x-key']} ${body}`)
    response.end()
  })
  await run({ ...load, url, method: 'POST', headers: { 'x-key': 'k' }, body: '{"a":1}', pipelining: 2 })
  expect([...seen]).toEqual(['POST /x k {"a":1}'])
})

it('counts answers that are no success', async () => {
  const { url } = await serve((_, response) => response.writeHead(503).end())
  const report = await run({ ...load, url })
  expect(report.non2xx).toBe(report.answered)
  expect(report.failure).toMatch(/none of \d+ answers was a success/)
})

it('times each answer from its own request though the server closes every connection', async () => {
  const { url } = await serve((_, response) => {
    setTimeout(() => response.writeHead(200, { connection: 'close' }).end('ok'), 2)
  })
  const report = await run({ ...load, url, durationMs: 1000 })
  expect(report.answered).toBeGreaterThan(50)
  expect(report.lost).toBeGreaterThan(0)
  // Without mending the times add up from connection to connection: half of them would be beyond 200 ms.
  expect(report.latency.p50).toBeLessThan(100)
})

it('goes on after a server that breaks off in the middle of an answer', async () => {
  let served = 0
  const { url } = await serve((request, response) => {
    if (++served > 3) return response.end('whole')
    response.writeHead(200, { 'content-length': 100 }).write('half')
    return setTimeout(() => request.socket.resetAndDestroy(), 5)
  })
  const report = await run({ ...load, url, durationMs: 600 })
  expect(report.answered).toBeGreaterThan(10)
  expect(report).toMatchObject({ lost: 3, errorCodes: { ECONNRESET: 3 } })
})

it('takes the end of a connection for the end of an answer without a length, and for nothing else', async () => {
  let served = 0
  const raw = createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      if (++served % 2) socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end')
      else socket.end('HTTP/1.0 200 OK\r\ncontent-length: 100\r\n\r\nbroken off')
    })
  }).listen(0, '127.0.0.1')
  await once(raw, 'listening')
  const url = `http://127.0.0.1:${(raw.address() as AddressInfo).port}/`
  const report = await run({ ...load, url, connections: 1, durationMs: 500 })
  raw.close()
  expect(served).toBeGreaterThan(10)
  expect(report.answered).toBeLessThanOrEqual(Math.ceil(served / 2))
  expect(report.answered).toBeGreaterThanOrEqual(Math.ceil(served / 2) - 1)
})

it('gives up soon where nobody listens, and says why', async () => {
  const { url, server } = await serve(() => {})
  server.close()
  await once(server, 'close')
  const report = await run({ ...load, url, durationMs: 60_000 })
  expect(report).toMatchObject({ answered: 0, failure: 'nothing was answered: ECONNREFUSED' })
})

it('ends early when it is told to', async () => {
  const stop = new AbortController()
  const { url } = await serve((_, response) => {
    response.end('ok', () => stop.abort())
  })
  const report = await run({ ...load, url, durationMs: 60_000 }, stop.signal)
  expect(report.answered).toBeGreaterThan(0)
  expect(report.durationMs).toBeLessThan(30_000)
})

it('keeps to a rate, with times as they were', async () => {
  const { url } = await serve((_, response) => setTimeout(() => response.end('ok'), 30))
  const report = await run({ ...load, url, rate: 2, durationMs: 600 })
  expect(report).toMatchObject({ connections: 2, rate: 2 })
  // Without a rate it would be about forty.
  expect(report.sent).toBeLessThanOrEqual(2 + (2 * report.durationMs) / 1000)
  expect(report.latency.p50).toBeGreaterThanOrEqual(29)
})
