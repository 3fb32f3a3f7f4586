import { describe, expect, it } from 'vitest'
import { DeviceHistory, planClient } from '../../../../test/support/devices/device-history.ts'
import type { JsonObject } from '../../../core/json.ts'
import { chooseIds } from '../workload/choose-ids.ts'
import { digestImage } from '../workload/digest-image.ts'
import { planDevice } from '../workload/plan-device.ts'
import { createDecisionChecker } from './decision-own.ts'
import { DecisionFollower } from './follow-decisions.ts'
import { createForgeryChecker } from './forged-id-refused.ts'
import { createModelChecker } from './model-stable.ts'
import { createStarvationChecker } from './no-starvation.ts'
import { createRegistrationChecker } from './registration-echo.ts'
import { createSameDeviceChecker } from './same-id-same-device.ts'
import { inspectTarget } from './stats-own.ts'

const client = planClient()
const device = planDevice(client)
const me = device.clientId
const other = chooseIds(planClient({}, 2)).clientId
const model = device.findModel('fomo_96x96')
if (!model) throw new Error('the built-in model is gone')
const level = device.levelAt(model, 0)
const lastLayer = model.layers.length - 1

const followDecisions = (params: JsonObject = {}) => new DecisionFollower(planDevice(planClient(params)))
const registered = () => new DeviceHistory().register(me)
const classesOf = ({ violations }: { violations: readonly { class: string }[] }) =>
  violations.map((violation) => violation.class)

describe('decision-own', () => {
  const judge = (history: DeviceHistory, params: JsonObject = {}) =>
    history.judge(createDecisionChecker(planClient(params), followDecisions(params)))

  it('wants all layers before any report, and then what follows from the own ones', () => {
    const history = registered().decide(lastLayer).report(0, lastLayer).decide(level)
    expect(judge(history)).toMatchObject({ examined: 2, violations: [] })
  })

  it('tells a decision that follows from something else', () => {
    expect(classesOf(judge(registered().decide(level)))).toEqual(['wrong'])
    expect(
      classesOf(
        judge(
          registered()
            .report(0, lastLayer)
            .decide(level + 1),
        ),
      ),
    ).toEqual(['wrong'])
  })

  it('allows both where it is not known whether a report has arrived, now or later', () => {
    const next = device.levelAt(model, 4)
    const history = () => registered().report(0, lastLayer).report(4, level, 'answer-timeout')
    expect(next).toBeLessThan(level)
    expect(judge(history().decide(level).decide(next))).toMatchObject({ examined: 2, violations: [] })
    expect(classesOf(judge(history().decide(0)))).toEqual(['wrong'])
    expect(judge(registered().report(0, lastLayer, 'answer-timeout').decide(lastLayer)).violations).toEqual([])
  })

  it('does not count a report that was refused', () => {
    const history = registered().ask(
      'report',
      { round: 0, model: model.name, layer: lastLayer, bytes: 9 },
      {},
      'refused',
    )
    expect(judge(history.decide(lastLayer))).toMatchObject({ examined: 1, violations: [] })
  })

  it('lets a repeated report count once or twice', () => {
    const history = registered().report(0, lastLayer).report(0, lastLayer, undefined, 'repeated-report')
    expect(judge(history.decide(level))).toMatchObject({ examined: 1, violations: [] })
  })

  it('leaves the first decision after a new registration, when it is a new device’s, to another invariant', () => {
    const history = registered().report(0, lastLayer).register(me).decide(lastLayer)
    expect(judge(history)).toMatchObject({ examined: 0, undecidable: 1, violations: [] })
  })

  it('lets -1 come up to the declared rate and no oftener', () => {
    expect(classesOf(judge(registered().decide(-1)))).toEqual(['wrong'])
    expect(judge(registered().decide(-1), { localRate: 0.5 }).violations).toEqual([])
  })

  it('says nothing of a model that the parameters do not list', () => {
    const history = new DeviceHistory().register(me, 'unheard_of').decide(3)
    expect(judge(history)).toMatchObject({ examined: 0, undecidable: 1, violations: [] })
  })
})

describe('same-id-same-device', () => {
  const judge = (history: DeviceHistory) =>
    history.judge(createSameDeviceChecker(client.arrival.client, followDecisions()))

  it('wants the reports of a device to count on when it registers again', () => {
    const history = () => registered().report(0, lastLayer).register(me)
    expect(judge(history().decide(level))).toMatchObject({ examined: 1, violations: [] })
    expect(classesOf(judge(history().decide(lastLayer)))).toEqual(['lost'])
  })

  it('has nothing to say of a first registration', () => {
    expect(judge(registered().decide(lastLayer))).toMatchObject({ examined: 0, violations: [] })
  })
})

describe('registration-echo', () => {
  const judge = (history: DeviceHistory, of = client) => history.judge(createRegistrationChecker(of))

  it('wants the own id', () => {
    expect(judge(registered())).toMatchObject({ examined: 1, violations: [], issuedIds: [me] })
    expect(judge(new DeviceHistory().register(other)).violations).toMatchObject([{ class: 'foreign', issuedId: other }])
  })

  it('wants a model of the list where the scenario has one, because else the server may have its own', () => {
    const layer = { outputBytes: 4, deviceSeconds: 1, edgeSeconds: 1 }
    const listing = planClient({ models: [{ name: 'theirs', layers: [layer, layer] }] })
    const unknown = () => new DeviceHistory().register(me, 'unheard_of')
    expect(classesOf(judge(unknown(), listing))).toEqual(['wrong'])
    expect(judge(unknown())).toMatchObject({ undecidable: 1, violations: [] })
  })

  it('finds the id of another device as a word of a refusal, and only as a whole word', () => {
    const refused = (text: string) => judge(registered().ask('decide', null, { text }, 'refused'))
    expect(refused(`{"error":"${other} is busy"}`).violations).toMatchObject([{ issuedId: other }])
    expect(refused(`{"error":"x${other} ${me} required"}`).violations).toEqual([])
  })

  it('lets ids come back that the device has sent itself', () => {
    const echoed = registered().ask('forged-report', null, { names: [device.neighbourId] })
    expect(judge(echoed).violations).toEqual([])
  })
})

describe('model-stable', () => {
  const judge = (history: DeviceHistory) => classesOf(history.judge(createModelChecker(client.arrival.client)))

  it('allows another model only after notice', () => {
    expect(judge(registered().register(me))).toEqual([])
    expect(judge(registered().register(me, 'fomo_96x96_lite'))).toEqual(['wrong'])
    const noticed = registered().decide(58, { suggestedModel: 'fomo_96x96_lite' })
    expect(judge(noticed.register(me, 'fomo_96x96_lite'))).toEqual([])
  })

  it('wants decisions for the assigned model', () => {
    expect(judge(registered().decide(58, { model: 'fomo_96x96' }))).toEqual([])
    expect(judge(registered().decide(58, { model: 'fomo_96x96_lite' }))).toEqual(['wrong'])
  })
})

describe('forged-id-refused', () => {
  it('wants what is forged refused, and cannot tell where no answer came', () => {
    const judge = (history: DeviceHistory) => history.judge(createForgeryChecker(client.arrival.client))
    const refused = new DeviceHistory().ask('forged-report', null, { status: 403 })
    expect(judge(refused)).toMatchObject({ examined: 1, violations: [] })
    expect(classesOf(judge(new DeviceHistory().ask('decide-unknown', null, { layer: 58 })))).toEqual(['wrong'])
    const lost = new DeviceHistory().ask('forged-report', null, null, 'connection-lost')
    expect(judge(lost)).toMatchObject({ examined: 0, undecidable: 1, violations: [] })
  })
})

describe('no-starvation', () => {
  const judge = (...tookMs: readonly number[]) => {
    const history = new DeviceHistory()
    for (const ms of tookMs) history.ask('decide', null, { layer: 58 }, undefined, ms)
    return history.judge(createStarvationChecker(client.arrival.client))
  }
  const quick = Array.from({ length: 40 }, () => 3)

  it('tells several waits that stand out of the median', () => {
    expect(classesOf(judge(...quick, 400, 400, 400))).toEqual(['late', 'late', 'late'])
  })

  it('is silent on few waits, on a server that is slow always, and on too few requests', () => {
    expect(judge(...quick, 400, 400).violations).toEqual([])
    expect(judge(...quick.map(() => 400)).violations).toEqual([])
    expect(judge(400, 3, 3)).toMatchObject({ examined: 0, undecidable: 3, violations: [] })
  })

  it('does not blame a server for the time in which the generator itself was held up', () => {
    const judgeHalted = (haltedMs: number, errorCode?: 'answer-timeout') => {
      const history = new DeviceHistory()
      for (const ms of [...quick, 400, 400, 400, 400, 400, 400]) {
        const outcome = ms > 3 ? errorCode : undefined
        history.ask('decide', null, outcome ? null : { layer: 58 }, outcome, ms)
      }
      const checker = createStarvationChecker(client.arrival.client)
      for (const event of history.list.events) {
        const isHalted = event.type === 'completion' && event.atMs > 300
        checker.observe?.(isHalted ? { ...event, haltedMs } : event)
      }
      return checker.conclude()
    }
    expect(classesOf(judgeHalted(100))).toHaveLength(6)
    expect(judgeHalted(390)).toMatchObject({ examined: 46, violations: [] })
    expect(classesOf(judgeHalted(0, 'answer-timeout'))).toHaveLength(6)
    expect(judgeHalted(390, 'answer-timeout')).toMatchObject({ examined: 40, undecidable: 6, violations: [] })
  })

  it('takes time limits that were met for waits that stand out, or in such numbers', () => {
    const meet = (timeouts: number, usualMs: number) => {
      const history = new DeviceHistory()
      for (const ms of quick.map(() => usualMs)) history.ask('decide', null, { layer: 58 }, undefined, ms)
      for (let i = 0; i < timeouts; i++) history.ask('decide', null, null, 'answer-timeout', 500)
      return classesOf(history.judge(createStarvationChecker(client.arrival.client)))
    }
    expect(meet(3, 3)).toHaveLength(3)
    expect(meet(3, 100)).toEqual([])
    expect(meet(5, 100)).toHaveLength(5)
  })
})

describe('stats-own', () => {
  const clients = [planClient({}, 1), planClient({}, 2)]
  const stats = (...digests: readonly (string | null)[]) => ({
    devices: Object.fromEntries(
      clients.map((one, i) => {
        const digest = digests[i] ?? null
        return [chooseIds(one).clientId, { lastInput: digest && { crc32: digest } }]
      }),
    ),
  })
  const [first, second] = clients.map(digestImage) as [string, string]

  it('wants each device’s last image to be its own, and names whose it is', () => {
    expect(inspectTarget(null, stats(first, second), clients)[0]?.conclusion).toMatchObject({
      examined: 2,
      violations: [],
    })
    const mixed = inspectTarget(null, stats(second, second), clients)[0]?.conclusion.violations
    expect(mixed).toMatchObject([{ class: 'foreign', recipient: 1, owner: 2 }])
  })

  it('does not judge devices without an image, or servers that tell nothing', () => {
    expect(inspectTarget(null, stats(null, second), clients)[0]?.conclusion.examined).toBe(1)
    expect(inspectTarget(null, null, clients)).toEqual([])
  })
})
