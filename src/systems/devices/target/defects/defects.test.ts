import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeRecord, RawDevice, type RawReply, slowAfter } from '../../../../../test/support/devices/raw-device.ts'
import { startTestDevices } from '../../../../../test/support/devices/start-test-devices.ts'
import type { JsonObject } from '../../../../core/json.ts'
import type { RunningTarget } from '../../../../core/system.ts'
import { devicesDefects } from '../../defects.ts'
import type { DefectName } from '../defect-name.ts'

let target: RunningTarget | undefined
const devices: RawDevice[] = []

/** Two registered devices on a server with the defect; the first should stop after layer 27, the second after 9. */
async function plant(
  defect: DefectName | undefined,
  { ids = ['dev_one', 'dev_two'], settings = {} as JsonObject } = {},
) {
  const server = await startTestDevices(settings, { defects: defect ? [defect] : [] })
  target = server
  const [one, two] = ids.map((id) => new RawDevice(server.url, id)) as [RawDevice, RawDevice]
  devices.push(one, two)
  for (const device of [one, two]) await device.register()
  await one.report(makeRecord({ id: one.id, times: slowAfter(27) }))
  await two.report(makeRecord({ id: two.id, times: slowAfter(9) }))
  return { one, two }
}

async function readStats(id: string): Promise<JsonObject> {
  return (await (await fetch(`${target?.statusUrl}/stats?client_id=${id}`)).json()) as JsonObject
}

const layerOf = ({ body }: RawReply): number => body.offloading_layer_index

afterEach(async () => {
  for (const device of devices.splice(0)) device.close()
  await target?.stop()
  target = undefined
})

/** What each defect does to the two devices, and what they see without it. */
const acts: Readonly<Record<DefectName, { act: () => Promise<void> }>> = {
  'global-decision': decides('global-decision', async ({ one }) => layerOf(await one.poll()), 9),
  'mixed-device-times': decides('mixed-device-times', async ({ one }) => layerOf(await one.poll()), 9),
  'clock-skew-poisons-all': decides(
    'clock-skew-poisons-all',
    async ({ one, two }) => {
      await two.report(makeRecord({ id: two.id, timeS: 0, times: slowAfter(9) }))
      return layerOf(await one.poll())
    },
    58,
  ),
  'cache-without-identity': decides(
    'cache-without-identity',
    async ({ one, two }) => {
      await two.poll()
      return layerOf(await one.poll())
    },
    9,
  ),
  'context-across-await': decides(
    'context-across-await',
    async ({ one, two }) => layerOf((await Promise.all([one.poll(), two.poll()]))[0] as RawReply),
    9,
  ),
  'reply-shift': decides(
    'reply-shift',
    async ({ one, two }) => {
      await two.cancelPoll()
      // The server may see what comes over another connection first.
      await vi.waitFor(async () => expect(await readStats(two.id)).toMatchObject({ polls: 1 }))
      return layerOf(await one.poll())
    },
    9,
  ),
  'identity-of-connection': decides(
    'identity-of-connection',
    async ({ one, two }) => {
      await two.poll()
      Object.assign(two, { id: one.id })
      return layerOf(await two.poll())
    },
    9,
  ),
  'rare-misroute': {
    act: async () => {
      const { one } = await plant('rare-misroute')
      const layers: number[] = []
      for (let i = 0; i < 10_001; i++) layers.push(layerOf(await one.poll()))
      expect(layers.filter((layer) => layer === 9)).toHaveLength(1)
      expect(layers.filter((layer) => layer === 27)).toHaveLength(10_000)
    },
  },
  'shared-input-file': {
    act: async () => {
      const { one, two } = await plant('shared-input-file')
      await one.input()
      await two.input()
      const [first, second] = [await readStats(one.id), await readStats(two.id)]
      expect(first['lastInput']).toEqual(second['lastInput'])
    },
  },
  'unregistered-served': {
    act: async () => {
      await plant('unregistered-served')
      const stranger = new RawDevice(target?.url ?? '', 'stranger')
      devices.push(stranger)
      expect((await stranger.poll()).status).toBe(200)
    },
  },
  'id-not-compared': {
    act: async () => {
      const { one, two } = await plant('id-not-compared')
      expect((await one.report(makeRecord({ id: two.id, times: slowAfter(3) }))).status).toBe(200)
    },
  },
  'reassigned-on-poll': {
    act: async () => {
      const { one } = await plant('reassigned-on-poll')
      expect((await one.poll()).body).toEqual({ offloading_layer_index: 58, model_name: 'fomo_96x96_lite' })
      expect((await one.register()).body.model_name).toBe('fomo_96x96_lite')
    },
  },
  'truncated-id': {
    act: async () => {
      const { one, two } = await plant('truncated-id')
      expect((await two.register()).body.client_id).toBe(one.id)
      // The second report has moved the shared means of layers 10 to 27 away from 0.
      expect(layerOf(await one.poll())).toBe(9)
    },
  },
  'forgotten-on-return': {
    act: async () => {
      const { one } = await plant('forgotten-on-return')
      expect(layerOf(await one.poll())).toBe(27)
      await one.register()
      expect(layerOf(await one.poll())).toBe(58)
    },
  },
  'blocking-handler': {
    act: async () => {
      const { one, two } = await plant('blocking-handler')
      for (let i = 3; i < 20; i++) await one.report()
      const beganMs = performance.now()
      await Promise.all([one.report(), two.poll()])
      expect(performance.now() - beganMs).toBeGreaterThan(390)
    },
  },
  'unscoped-dedup': {
    act: async () => {
      // Both have used the same message id, and the second one's report was not counted.
      const { one, two } = await plant('unscoped-dedup')
      expect([layerOf(await one.poll()), layerOf(await two.poll())]).toEqual([27, 58])
    },
  },
  'slot-exhaustion': {
    act: async () => {
      const { one, two } = await plant('slot-exhaustion', { settings: { maxWorking: 2 } })
      for (let i = 0; i < 2; i++) expect((await one.report(Buffer.from('malformed'))).status).toBe(400)
      let answered = false
      const waiting = two.poll().then(
        () => (answered = true),
        () => {},
      )
      await vi.waitFor(async () => {
        const stats = await (await fetch(`${target?.statusUrl}/stats`)).json()
        expect(stats).toMatchObject({ waiting: 1 })
      })
      expect(answered).toBe(false)
      two.close()
      await waiting
    },
  },
}

/** The first device is sent to `wrong` with the defect, and to its own layer 27 without. */
function decides(
  defect: DefectName,
  ask: (planted: { readonly one: RawDevice; readonly two: RawDevice }) => Promise<number>,
  wrong: number,
) {
  return {
    act: async () => {
      expect(await ask(await plant(undefined))).toBe(27)
      await target?.stop()
      expect(await ask(await plant(defect))).toBe(wrong)
    },
  }
}

describe('a planted defect', () => {
  it.each(devicesDefects)('acts: $name', ({ name }) => acts[name].act())
})
