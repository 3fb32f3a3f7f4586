import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestDevices } from '../../../../test/support/devices/start-test-devices.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { RunningTarget } from '../../../core/system.ts'
import { register } from './register.ts'

let folder: string
let target: RunningTarget | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcsim-register-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(async () => {
  await target?.stop()
  target = undefined
})

async function run(options: JsonObject) {
  const out: string[] = []
  const err: string[] = []
  const signal = new AbortController().signal
  const io = { stdout: (text: string) => out.push(text), stderr: (text: string) => err.push(text), signal }
  const code = await register.run?.({ rounds: 0, ...options }, io)
  return { code, stdout: out.join(''), stderr: err.join('') }
}

/** Nobody listens there. */
const nowhere = 'http://127.0.0.1:1/api'

describe('mcsim register', () => {
  it('registers a device and prints the assigned model', async () => {
    target = await startTestDevices()
    const { code, stdout } = await run({ clientId: 'device_01', server: target.url })
    expect([code, stdout]).toEqual([0, 'device_01: fomo_96x96\n'])
  })

  it('takes 8 random characters for a device without an id', async () => {
    target = await startTestDevices()
    const one = JSON.parse((await run({ server: target.url, json: true })).stdout) as JsonObject
    const two = JSON.parse((await run({ server: target.url, json: true })).stdout) as JsonObject
    expect(one['clientId']).toMatch(/^[a-z0-9]{8}$/)
    expect(two['clientId']).not.toBe(one['clientId'])
  })

  it('goes through rounds of inference', async () => {
    target = await startTestDevices()
    const { stdout } = await run({ clientId: 'dev', server: target.url, rounds: 2, json: true })
    const [first, second] = (JSON.parse(stdout) as { rounds: JsonObject[] }).rounds
    expect(first).toEqual({ layer: 58, report: 'answer' })
    expect(second).toMatchObject({ report: 'answer' })
  })

  it('goes on LOCAL-ONLY with the default model where there is no server, or fails with --strict', async () => {
    const stopped = await startTestDevices()
    await stopped.stop()
    const lenient = await run({ clientId: 'dev', server: stopped.url })
    expect([lenient.code, lenient.stdout]).toEqual([0, 'dev: fomo_96x96 (LOCAL-ONLY)\n'])
    expect(lenient.stderr).toContain('ECONNREFUSED')
    expect((await run({ server: stopped.url, strict: true })).code).toBe(4)
  })

  it('reads the configuration file of a device', async () => {
    target = await startTestDevices({ endpoints: { registration: '/join' } })
    const file = join(folder, 'client.yaml')
    const address = `server_host: 127.0.0.1, server_port: ${new URL(target.url).port}`
    await writeFile(file, `client: { client_id: cam }\nhttp: { ${address}, endpoints: { registration: /api/join } }\n`)
    expect((await run({ config: file })).stdout).toBe('cam: fomo_96x96\n')
    await writeFile(file, `client: { client_id: null }\nhttp: { ${address}, endpoints: { registration: /api/join } }\n`)
    expect((await run({ config: file })).stdout).toMatch(/^[a-z0-9]{8}: fomo_96x96\n$/)
    await writeFile(file, `client: { client_id: null }\nhttp: { ${address} }\n`)
    await expect(run({ config: file })).rejects.toMatchObject({ code: 'registration-refused', exitCode: 4 })
  })

  it('tells all that is wrong with a configuration file, each with its place', async () => {
    const file = join(folder, 'spoilt.yaml')
    await writeFile(file, 'client: { client_id: 5 }\nhttp: { server_port: abc }\n')
    const message = 'client.client_id: expected text, got 5; http.server_port: expected a number, got "abc"'
    await expect(run({ config: file })).rejects.toMatchObject({ message: `${file}: ${message}` })
  })

  it.each([
    [{ clientId: 'longer_than_nine', rounds: 1 }, 'client-id-too-long'],
    [{ server: 'nonsense' }, 'usage'],
    [{ server: 'ftp://host/api' }, 'usage'],
    [{ rounds: -1 }, 'usage'],
    [{ config: '/does/not/exist' }, 'config-unreadable'],
    [{ input: import.meta.filename }, 'no-image'],
  ])('refuses %j', async (options, code) => {
    await expect(run({ server: nowhere, ...options })).rejects.toMatchObject({ code })
  })
})
