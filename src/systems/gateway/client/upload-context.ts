import type { Recorder } from '../../../core/client.ts'
import type { Dialect } from '../wire/dialect.ts'
import type { ClientSettings, ClientWork } from './client-settings.ts'
import type { GatewayLink } from './gateway-link.ts'

/** All that one upload needs. */
export interface UploadContext {
  readonly link: GatewayLink
  readonly recorder: Recorder
  readonly dialect: Dialect
  readonly settings: ClientSettings
  readonly work: ClientWork
  readonly iteration: number
  readonly resultsDir: string | undefined
  readonly signal: AbortSignal
}
