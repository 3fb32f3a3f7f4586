import type { JsonObject } from '../../../../core/json.ts'
import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import type { DevicesServer } from '../devices-server.ts'
import type { Device } from '../fleet/device.ts'

/** What came of a request that is not refused, and whose it was. */
export interface Answered {
  readonly device: Device
  readonly body: JsonObject
  /** For the log line of the request. */
  readonly notes?: JsonObject
}

export type AnswerRequest = (server: DevicesServer, request: HttpRequest) => Promise<Answered>
