import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeRecord, RawDevice, slowAfter } from '../../../../test/support/devices/raw-device.ts'
import { startTestDevices } from '../../../../test/support/devices/start-test-devices.ts'
import type { RunningTarget } from '../../../core/system.ts'

let target: RunningTarget
const devices: RawDevice[] = []
const join = (id: string) => {
  const device = new RawDevice(target.url, id)
  devices.push(device)
  return device
}
const restart = async (...options: Parameters<typeof startTestDevices>) => {
  await target.stop()
  target = await startTestDevices(...options)
}
// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came.
const readStats = async (query = ''): Promise<any> => (await fetch(`${target.statusUrl}/stats${query}`)).json()
const bytesOf = (text: string) => (crc32(text) >>> 0).toString(16).padStart(8, '0')

beforeEach(async () => {
  target = await startTestDevices()
})
afterEach(async () => {
  for (const device of devices.splice(0)) device.close()
  await target.stop()
})

describe('the reference server', () => {
  it('registers a device, takes its image and its report, and decides by its own times', async () => {
    const [one, other] = [join('a1b2c3d4'), join('device_01')]
    for (const device of [one, other]) {
      expect(await device.register()).toEqual({
        status: 200,
        body: { message: 'Success', client_id: device.id, model_name: 'fomo_96x96' },
      })
      expect((await device.poll()).body).toEqual({ offloading_layer_index: 58, model_name: 'fomo_96x96' })
      expect(await device.input()).toEqual({ status: 200, body: { message: 'Success' } })
    }
    expect((await one.report(makeRecord({ id: one.id, times: slowAfter(27) }))).status).toBe(200)
    expect((await other.report(makeRecord({ id: other.id, times: slowAfter(9) }))).status).toBe(200)
    expect((await one.poll()).body.offloading_layer_index).toBe(27)
    expect((await other.poll()).body.offloading_layer_index).toBe(9)
    await one.register()
    expect((await one.poll()).body.offloading_layer_index).toBe(27)
  })

  it('takes a report whose device is named in the body alone', async () => {
    const device = join('d')
    await device.register()
    expect((await device.report(makeRecord({ id: 'd', times: slowAfter(3) }), '')).status).toBe(200)
    expect((await device.poll()).body.offloading_layer_index).toBe(3)
  })

  it('says what it measured, and clamps what a wrong clock has made impossible', async () => {
    const [right, ahead, behind] = [join('right'), join('ahead'), join('behind')]
    for (const device of [right, ahead, behind]) await device.register()
    const nowS = Date.now() / 1000
    const good = await right.report(makeRecord({ id: 'right', timeS: nowS - 0.05, output: 2000 }))
    expect(good.body).toEqual({ message: 'Success', transfer_seconds: expect.any(Number) })
    expect(good.body.transfer_seconds).toBeGreaterThanOrEqual(0.05)
    const [early, late] = [
      await ahead.report(makeRecord({ id: 'ahead', timeS: nowS + 3600 })),
      await behind.report(makeRecord({ id: 'behind', timeS: nowS - 3600 })),
    ]
    expect(early.body).toMatchObject({ transfer_clamped: true })
    expect(early.body.transfer_seconds).toBeLessThan(-3500)
    expect(late.body).toMatchObject({ transfer_clamped: true })
    expect(await readStats('?client_id=ahead')).toMatchObject({ clampedTransfers: 1 })
    // 4 of 5 parts of 1 MB/s and one of 10 kB/s or 100 MB/s: both stay where their own times put them.
    for (const device of [ahead, behind]) expect((await device.poll()).body.offloading_layer_index).toBe(58)
  })

  it('tells the operator what each device sent last', async () => {
    const device = join('d')
    await device.register()
    await device.input(Buffer.alloc(18_432, 'x'))
    const record = makeRecord({ id: 'd' })
    await device.report(record)
    const expected = {
      model: 'fomo_96x96',
      timesSeen: 3,
      inputs: 1,
      reports: 1,
      lastInput: { bytes: 18_432, crc32: bytesOf('x'.repeat(18_432)) },
      lastReport: { bytes: record.length, crc32: (crc32(record) >>> 0).toString(16).padStart(8, '0') },
    }
    expect(await readStats('?client_id=d')).toMatchObject(expected)
    expect(await readStats()).toMatchObject({ registered: 1, models: { fomo_96x96: 1 }, devices: { d: expected } })
    expect((await fetch(`${target.statusUrl}/stats?client_id=none`)).status).toBe(404)
  })

  it('logs a line per request that names the device and its model', async () => {
    const lines: string[] = []
    await restart({}, { log: (line) => lines.push(line) })
    const device = join('d')
    await device.register()
    await device.poll()
    await join('none').poll()
    await vi.waitFor(() => expect(lines).toHaveLength(3))
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { path: '/api/registration', status: 200, clientId: 'd', model: 'fomo_96x96' },
      { path: '/api/offloading_layer', status: 200, clientId: 'd', layer: 58 },
      { level: 'warn', status: 404, clientId: 'none', error: 'unknown-client-id' },
    ])
  })

  it('serves other paths where it is told so', async () => {
    await restart({ basePath: '', endpoints: { registration: '/v2/join' } })
    expect((await join('d').send('POST', '/v2/join', '{"client_id":"d"}')).status).toBe(200)
    expect((await join('d').poll()).status).toBe(200)
  })

  it('tells a device to run all layers on every so manieth poll, and takes what it then reports', async () => {
    await restart({ localEvery: 2 })
    const device = join('d')
    await device.register()
    const layers = [await device.poll(), await device.poll(), await device.poll(), await device.poll()]
    expect(layers.map(({ body }) => body.offloading_layer_index)).toEqual([58, -1, 58, -1])
    expect((await device.report(makeRecord({ id: 'd', layer: -1, times: slowAfter(9) }))).status).toBe(200)
    expect((await device.poll()).body.offloading_layer_index).toBe(9)
    expect(await device.report(makeRecord({ id: 'd', layer: -1, times: [1, 2] }))).toMatchObject({
      status: 400,
      body: { error: 'wrong-layers' },
    })
  })

  it('forgets a device that is silent for too long', async () => {
    await restart({ expireAfter: '20ms' })
    const device = join('d')
    await device.register()
    await new Promise((resolve) => setTimeout(resolve, 25))
    expect(await device.poll()).toMatchObject({ status: 404, body: { error: 'unknown-client-id' } })
    expect(await readStats()).toMatchObject({ registered: 0, expired: 1 })
  })

  it('has room for as many devices as it is told', async () => {
    await restart({ maxDevices: 1 })
    await join('one').register()
    expect(await join('other').register()).toMatchObject({ status: 503, body: { error: 'no-room' } })
    expect((await join('one').register()).status).toBe(200)
  })

  it('offers another model to devices of an overloaded one, who get it when they register again', async () => {
    const four = ['a', 'b', 'c', 'd'].map(join)
    for (const device of four) await device.register()
    await four[3]?.report(makeRecord({ id: 'd', times: slowAfter(9) }))
    const order = await fetch(`${target.statusUrl}/rebalance`, { method: 'POST' })
    expect(await order.json()).toEqual({ suggested: 2, devices: 4 })
    const offered: string[] = []
    for (const device of four) {
      const { suggested_model, model_name } = (await device.poll()).body
      expect(model_name).toBe('fomo_96x96')
      if (!suggested_model) continue
      offered.push(suggested_model)
      expect((await device.register()).body.model_name).toBe(suggested_model)
      expect((await device.poll()).body).toEqual({ offloading_layer_index: 58, model_name: suggested_model })
    }
    expect(offered.sort()).toEqual(['fomo_96x96_lite', 'fomo_96x96_micro'])
    expect(await readStats()).toMatchObject({ models: { fomo_96x96: 2, fomo_96x96_lite: 1, fomo_96x96_micro: 1 } })
    const again = await fetch(`${target.statusUrl}/rebalance`, { method: 'POST' })
    expect(await again.json()).toMatchObject({ suggested: 0 })
  })
})

describe('the reference server refuses', () => {
  const json = (body: object) => JSON.stringify(body)
  it.each([
    ['an id that nobody registered', 'GET', '/offloading_layer?client_id=nobody', '', 404, 'unknown-client-id'],
    ['a poll without an id', 'GET', '/offloading_layer', '', 400, 'no-client-id'],
    ['two ids', 'GET', '/offloading_layer?client_id=d&client_id=e', '', 400, 'no-client-id'],
    ['an image without an id', 'POST', '/device_input', Buffer.alloc(18_432), 400, 'no-client-id'],
    ['a short image', 'POST', '/device_input?client_id=d', Buffer.alloc(18_431), 400, 'wrong-image-size'],
    ['a short record', 'POST', '/device_inference_result?client_id=d', 'short', 400, 'malformed-record'],
    [
      'a record of another device',
      'POST',
      '/device_inference_result?client_id=d',
      makeRecord({ id: 'e' }),
      403,
      'foreign-client-id',
    ],
    [
      'a record of a device that nobody registered',
      'POST',
      '/device_inference_result',
      makeRecord({ id: 'x' }),
      404,
      'unknown-client-id',
    ],
    [
      'a record with more layers than the model has',
      'POST',
      '/device_inference_result',
      makeRecord({ id: 'd', times: Array(60).fill(0) }),
      400,
      'wrong-layers',
    ],
    ['a registration that is no JSON', 'POST', '/registration', 'client_id=d', 400, 'malformed-registration'],
    [
      'a registration with an empty id',
      'POST',
      '/registration',
      json({ client_id: '' }),
      400,
      'malformed-registration',
    ],
    [
      'a registration with too long an id',
      'POST',
      '/registration',
      json({ client_id: 'x'.repeat(65) }),
      400,
      'malformed-registration',
    ],
    ['a body that is too large', 'POST', '/device_input?client_id=d', Buffer.alloc(300_000), 413, 'body-too-large'],
    ['the wrong method', 'POST', '/offloading_layer?client_id=d', '', 405, 'wrong-method'],
    ['an unknown path', 'GET', '/constructor', '', 404, 'unknown-path'],
  ])('%s, and changes nothing', async (_what, method, path, body, status, error) => {
    for (const id of ['d', 'e']) await join(id).register()
    const before = (await readStats()).devices
    const reply = await join('anyone').send(method, path, body)
    expect(reply).toMatchObject({ status, body: { error, message: expect.any(String) } })
    const after = (await readStats()).devices
    for (const id of ['d', 'e']) {
      const { lastSeen: _, ...same } = before[id]
      expect(after[id]).toMatchObject(same)
    }
    expect((await join('d').poll()).body.offloading_layer_index).toBe(58)
  })

  it('a malformed record with the place of the field that is wrong', async () => {
    const device = join('d')
    await device.register()
    const record = makeRecord({ id: 'd' })
    record.writeUInt32LE(3, 25)
    expect((await device.report(record)).body).toMatchObject({ error: 'malformed-record', offset: 25 })
  })
})
