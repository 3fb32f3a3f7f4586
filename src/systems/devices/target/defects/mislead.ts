import { setTimeout as wait } from 'node:timers/promises'
import { decideLayer } from '../decision/decide-layer.ts'
import type { LayerMeans } from '../decision/layer-means.ts'
import type { DevicesServer } from '../devices-server.ts'
import type { Device } from '../fleet/device.ts'

/** What a decision is made from. */
interface DecisionBasis {
  readonly device: Device
  readonly means: LayerMeans
  readonly secondsPerByte: number
}

/** `rare-misroute` takes one poll in so many. */
const rarePolls = 10_000

/** How long the module variable of `context-across-await` is left alone. */
const contextMs = 2

/** The ways in which a decision goes by what is not the device's own. Without a defect: its own means and pace. */
export async function mislead(server: DevicesServer, asking: Device): Promise<DecisionBasis> {
  const { defect, shared, registry, settings } = server
  const own = (device: Device): DecisionBasis => {
    return { device, means: device.means, secondsPerByte: device.pace.secondsPerByte }
  }
  if (defect.acts('context-across-await')) {
    shared.currentDevice = asking
    await wait(contextMs)
    return own(shared.currentDevice)
  }
  if (defect.acts('reassigned-on-poll')) {
    const next = (settings.models.indexOf(asking.model) + 1) % settings.models.length
    registry.changeModel(asking, settings.models[next] ?? asking.model)
  }
  shared.polls++
  if (shared.polls % rarePolls === 0 && defect.acts('rare-misroute')) return own(findOther(server, asking))
  if (defect.acts('global-decision') && shared.lastReporter?.model === asking.model) {
    return { ...own(shared.lastReporter), device: asking }
  }
  if (defect.acts('mixed-device-times')) {
    return { ...own(asking), means: shared.mixedMeans.get(asking.model) ?? asking.means }
  }
  if (defect.acts('clock-skew-poisons-all') && shared.poisonedPace !== undefined) {
    return { ...own(asking), secondsPerByte: shared.poisonedPace }
  }
  return own(asking)
}

/** One who should stop elsewhere, so that the wrong decision shows. */
function findOther({ registry }: DevicesServer, asking: Device): Device {
  const ownLayer = decide(asking)
  for (const other of registry.all()) if (decide(other) !== ownLayer) return other
  return asking
}

const decide = ({ model, means, pace }: Device) => decideLayer(model, means, pace.secondsPerByte)
