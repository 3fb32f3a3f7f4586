import { LayerMeans } from '../decision/layer-means.ts'
import type { Transfer } from '../decision/network-pace.ts'
import type { DevicesServer } from '../devices-server.ts'
import type { Device } from '../fleet/device.ts'

/** `blocking-handler` takes one report in so many, and as long for it. */
const blockingReports = 20
const blockingMs = 400

/** The ways in which a report reaches further than the device that sent it. Nobody reads it without a defect. */
export function spreadReport(
  { defect, shared }: DevicesServer,
  device: Device,
  layerSeconds: Float32Array,
  transfer: Transfer,
  bytes: number,
): void {
  shared.reports++
  if (defect.acts('global-decision')) shared.lastReporter = device
  if (defect.acts('mixed-device-times')) {
    const mixed = shared.mixedMeans.get(device.model) ?? new LayerMeans(device.model)
    mixed.take(layerSeconds)
    shared.mixedMeans.set(device.model, mixed)
  }
  if (transfer.clamped && defect.acts('clock-skew-poisons-all'))
    shared.poisonedPace = Math.abs(transfer.seconds) / bytes
  if (shared.reports % blockingReports === 0 && defect.acts('blocking-handler')) blockFor(blockingMs)
}

/** `unscoped-dedup`: a report whose message id anybody has used before counts as taken already. */
export function isTakenForRepeated({ defect, shared }: DevicesServer, messageId: string): boolean {
  if (!defect.acts('unscoped-dedup')) return false
  const isKnown = shared.messageIds.has(messageId)
  shared.messageIds.add(messageId)
  return isKnown
}

/** What inference in the handler itself does to everybody else. */
function blockFor(ms: number): void {
  const untilMs = performance.now() + ms
  while (performance.now() < untilMs);
}
