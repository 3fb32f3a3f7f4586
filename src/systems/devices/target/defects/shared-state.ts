import type { JsonObject } from '../../../../core/json.ts'
import type { HttpReply } from '../../../../targets/http-error.ts'
import type { DeviceModel } from '../../params/models.ts'
import type { LayerMeans } from '../decision/layer-means.ts'
import type { BodyDigest, Device } from '../fleet/device.ts'

/** What devices have in common through planted defects alone: without one, nobody reads it. */
export class SharedState {
  lastReporter: Device | undefined
  readonly mixedMeans = new Map<DeviceModel, LayerMeans>()
  poisonedPace: number | undefined
  lastInput: BodyDigest | undefined
  cachedDecision: { readonly reply: JsonObject; readonly untilMs: number } | undefined
  currentDevice: Device | undefined
  /** By path: the reply that the client of a cancelled request has not waited for. */
  readonly owedReplies = new Map<string, HttpReply>()
  /** Whom a connection was first used by. */
  readonly idsOfConnections = new WeakMap<object, string>()
  /** Of reports that anybody sent. */
  readonly messageIds = new Set<string>()
  polls = 0
  reports = 0
}
