import type { DeviceModel } from '../../params/models.ts'
import { Device } from './device.ts'

/** Who is registered, for as long as it is heard of. */
export class DeviceRegistry {
  private readonly devices = new Map<string, Device>()
  private readonly perModel = new Map<DeviceModel, number>()
  private readonly limits: { readonly maxDevices: number; readonly expireAfterMs: number }
  expired = 0

  constructor(limits: { readonly maxDevices: number; readonly expireAfterMs: number }) {
    this.limits = limits
  }

  get size(): number {
    return this.devices.size
  }

  all(): Iterable<Device> {
    return this.devices.values()
  }

  /** For the operator: looking at a device is not hearing of it. */
  peek(key: string): Device | undefined {
    return this.devices.get(key)
  }

  /** The device, if it is known and has not been silent for too long; it counts as seen. */
  find(key: string, nowMs: number): Device | undefined {
    const device = this.devices.get(key)
    if (!device) return undefined
    if (nowMs - device.lastSeenMs > this.limits.expireAfterMs) {
      this.forget(key, device)
      return undefined
    }
    device.lastSeenMs = nowMs
    return device
  }

  /** Undefined: there is no room, even after those have been forgotten that are expired. */
  add(key: string, id: string, model: DeviceModel, nowMs: number): Device | undefined {
    if (this.devices.size >= this.limits.maxDevices) this.sweep(nowMs)
    if (this.devices.size >= this.limits.maxDevices) return undefined
    const device = new Device(id, model, nowMs)
    this.devices.set(key, device)
    this.count(model, 1)
    return device
  }

  changeModel(device: Device, model: DeviceModel): void {
    this.count(device.model, -1)
    this.count(model, 1)
    device.changeModel(model)
  }

  /** How many devices have the model. */
  loadOf(model: DeviceModel): number {
    return this.perModel.get(model) ?? 0
  }

  /** Forgets who has been silent for too long; returns how many that were. */
  sweep(nowMs: number): number {
    const before = this.expired
    for (const [key, device] of this.devices) {
      if (nowMs - device.lastSeenMs > this.limits.expireAfterMs) this.forget(key, device)
    }
    return this.expired - before
  }

  private forget(key: string, device: Device): void {
    this.devices.delete(key)
    this.count(device.model, -1)
    this.expired++
  }

  private count(model: DeviceModel, change: number): void {
    this.perModel.set(model, this.loadOf(model) + change)
  }
}
