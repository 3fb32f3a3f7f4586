import { expect, it } from 'vitest'
import { openServerLog } from './server-log.ts'

it('each line of a server log is one JSON object, and names the client it is about', async () => {
  const lines: string[] = []
  const log = await openServerLog((line) => lines.push(line))
  log.info('listening', { port: 1 })
  log.of('c-1').warn('line\nbreak')
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 'info', time: expect.stringMatching(/Z$/), port: 1, msg: 'listening' },
    { level: 'warn', time: expect.any(String), clientId: 'c-1', msg: 'line\nbreak' },
  ])
})

it('a server log without a writer is silent', async () => {
  const log = await openServerLog(undefined)
  expect(log.of('c-1').of('c-2').error('nobody hears')).toBeUndefined()
})
