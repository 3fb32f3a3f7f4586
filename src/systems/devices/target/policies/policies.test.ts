import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeRecord, RawDevice } from '../../../../../test/support/devices/raw-device.ts'
import { startTestDevices } from '../../../../../test/support/devices/start-test-devices.ts'
import type { JsonObject } from '../../../../core/json.ts'
import type { RunningTarget } from '../../../../core/system.ts'
import { devicesSettings } from '../settings.ts'
import { StateFile } from './state-file.ts'

let target: RunningTarget | undefined
let folder: string
const devices: RawDevice[] = []
const start = async (settings: JsonObject) => {
  await target?.stop()
  target = await startTestDevices(settings)
}
const register = async (id: string, capabilities?: object) => {
  const device = new RawDevice(target?.url ?? '', id)
  devices.push(device)
  const { body } = await device.register({ client_id: id, ...(capabilities && { capabilities }) })
  return { device, model: body.model_name as string }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcsim-devices-'))
})
afterEach(async () => {
  for (const device of devices.splice(0)) device.close()
  await target?.stop()
  target = undefined
  await rm(folder, { recursive: true })
})

describe('a device is given', () => {
  it('the default model', async () => {
    await start({ defaultModel: 'fomo_96x96_lite' })
    expect((await register('a')).model).toBe('fomo_96x96_lite')
  })

  it('the least loaded model, and keeps it', async () => {
    await start({ policy: 'least-loaded' })
    const models: string[] = []
    for (const id of ['a', 'b', 'c', 'd', 'a', 'b']) models.push((await register(id)).model)
    const [first, second, third] = ['fomo_96x96', 'fomo_96x96_lite', 'fomo_96x96_micro']
    expect(models).toEqual([first, second, third, first, first, second])
  })

  it.each([
    [undefined, 'fomo_96x96_lite'],
    [{ memory_kb: 512, cpu_mhz: 240, camera_pixels: 96 }, 'fomo_96x96'],
    [{ memory_kb: 511 }, 'fomo_96x96_lite'],
    [{ cpu_mhz: 10 }, 'fomo_96x96_micro'],
    [{ camera_pixels: 64 }, 'fomo_96x96_micro'],
  ])('the heaviest model that its capabilities %j allow: %s', async (capabilities, expected) => {
    await start({ policy: 'by-capability', defaultModel: 'fomo_96x96_lite' })
    expect((await register('a', capabilities)).model).toBe(expected)
  })

  it('the fastest model when its reports are slow, once it was offered', async () => {
    await start({ policy: 'by-latency', slowInference: '2s' })
    const [slow, quick] = [await register('slow'), await register('quick')]
    expect([slow.model, quick.model]).toEqual(['fomo_96x96', 'fomo_96x96'])
    await slow.device.report(makeRecord({ id: 'slow', times: Array(59).fill(0.05) }))
    await quick.device.report(makeRecord({ id: 'quick', times: Array(59).fill(0.01) }))
    expect((await slow.device.poll()).body.suggested_model).toBe('fomo_96x96_micro')
    expect((await quick.device.poll()).body).not.toHaveProperty('suggested_model')
    expect((await register('slow')).model).toBe('fomo_96x96_micro')
    expect((await register('quick')).model).toBe('fomo_96x96')
  })

  it('the model that it had before the server was started anew', async () => {
    const settings = { policy: 'sticky', stateFile: join(folder, 'models') }
    await start(settings)
    const before = [await register('a'), await register('b'), await register('c')].map(({ model }) => model)
    // What a crash leaves of a line that was being written.
    await target?.stop()
    await appendFile(settings.stateFile, '["b","fomo_9')
    target = undefined
    await start(settings)
    const after = [await register('c'), await register('a'), await register('b')].map(({ model }) => model)
    expect(after).toEqual([before[2], before[0], before[1]])
    expect(new Set(before).size).toBe(3)
    expect(await readFile(settings.stateFile, 'utf8')).not.toContain('fomo_9"')
  })

  it('the model that it took from a rebalance, also after the server was started anew', async () => {
    const settings = { policy: 'sticky', stateFile: join(folder, 'models') }
    await appendFile(settings.stateFile, ['a', 'b', 'c'].map((id) => `["${id}","fomo_96x96"]\n`).join(''))
    await start(settings)
    const known = [await register('a'), await register('b'), await register('c')]
    expect(known.map(({ model }) => model)).toEqual(['fomo_96x96', 'fomo_96x96', 'fomo_96x96'])
    await fetch(`${target?.statusUrl}/rebalance`, { method: 'POST' })
    expect((await register('a')).model, 'before a poll has offered another').toBe('fomo_96x96')
    for (const { device } of known) await device.poll()
    const moved = [(await register('a')).model, (await register('b')).model, (await register('c')).model]
    expect(new Set(moved).size).toBe(3)
    await start(settings)
    expect([(await register('a')).model, (await register('b')).model, (await register('c')).model]).toEqual(moved)
  })
})

describe('a state file', () => {
  it('that cannot be used is the user’s to mend', async () => {
    const stateFile = join(folder, 'models')
    await appendFile(stateFile, '{"a":1}\n')
    await expect(startTestDevices({ policy: 'sticky', stateFile })).rejects.toMatchObject({
      code: 'state-file',
      message: expect.stringContaining('line 1 is {"a":1}, expected ["id","model"]'),
    })
    await expect(startTestDevices({ policy: 'sticky', stateFile: join(folder, 'none', 'x') })).rejects.toMatchObject({
      code: 'state-file',
    })
  })

  it('remembers as many devices as there may be, and those last that came last', async () => {
    const file = await StateFile.open(join(folder, 'models'), 2)
    await Promise.all([
      file.remember('a', 'm'),
      file.remember('b', 'm'),
      file.remember('a', 'n'),
      file.remember('c', 'm'),
    ])
    expect(['a', 'b', 'c'].map((id) => file.modelOf(id))).toEqual(['n', undefined, 'm'])
    await file.close()
  })

  it.each([{ policy: 'sticky' }, { policy: 'default', stateFile: 'x' }])('belongs to sticky alone: %j', (settings) => {
    expect(devicesSettings.parse(settings)).toMatchObject({ problems: [{ path: ['stateFile'] }] })
  })
})
