import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BenchReport } from '../../src/core/report.ts'
import { runBin, startBin } from '../support/run-bin.ts'

describe('mcsim bench', () => {
  const seen = new Set<string>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.add(`${request.method} ${request.headers['x-key']} ${body}`)
    response.writeHead(request.url === '/' ? 200 : 404).end('ok')
  })
  let url: string
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterAll(() => server.close().closeAllConnections())
  beforeEach(() => seen.clear())

  const bench = (...args: string[]) => runBin(['bench', ...args], import.meta.dirname)

  it('tells people how fast a server answers', async () => {
    const { exitCode, stdout, stderr } = await bench(url, '--duration', '300ms', '--connections', '3')
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^HTTP load .*per second[\s\S]*GET http:\S+ +3 +\d+/)
    expect(stdout).toContain('nothing but their status was checked')
  })

  it('tells machines the same as one document', async () => {
    const request = ['--method', 'POST', '--header', 'x-key: a: b', '--body', '{}']
    const { exitCode, stdout } = await bench(url, '--json', '--duration', '300ms', '--pipelining', '2', ...request)
    expect(exitCode).toBe(0)
    const report = JSON.parse(stdout) as BenchReport
    expect(report).toMatchObject({ schema: 'mcsim-bench/1', url, method: 'POST', askedMs: 300, non2xx: 0 })
    expect(report.latency.n).toBe(report.answered)
    expect(report.busyShare).toBeGreaterThan(0)
    expect([...seen]).toEqual(['POST a: b {}'])
  })

  it('exits with 4 when answers are no success', async () => {
    const { exitCode, stdout } = await bench(`${url}nowhere`, '--duration', '200ms')
    expect([exitCode, stdout]).toEqual([4, expect.stringContaining('answers were no success')])
  })

  it('exits with 4 and says why when nobody answers', async () => {
    const { exitCode, stdout, stderr } = await bench('http://127.0.0.1:1/', '--json')
    expect([exitCode, stdout]).toEqual([4, ''])
    expect(stderr).toContain('http://127.0.0.1:1/: nothing was answered: ECONNREFUSED.')
  })

  it('ends at the first Ctrl-C and reports what it has', async () => {
    const { child, result } = startBin(['bench', url, '--json', '--duration', '10m'], import.meta.dirname)
    // Ten connections ask one after the other: by then most have had an answer.
    for (let requests = 0; requests < 50; requests++) await once(server, 'request')
    child.kill('SIGINT')
    const { exitCode, stdout } = await result
    expect(exitCode).toBe(0)
    const report = JSON.parse(stdout) as BenchReport
    expect(report.answered).toBeGreaterThan(0)
    expect(report.durationMs).toBeLessThan(report.askedMs)
  })

  it.each([
    [['tcp://127.0.0.1:1'], 'Expected a URL'],
    [['http://h', '--duration', '0s'], 'Expected a duration above 0.'],
    [['http://h', '--header', 'no header'], 'Expected a header'],
    [['http://h', '--connections', '0'], 'from 1 to 10000'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stderr } = await bench(...args)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})
