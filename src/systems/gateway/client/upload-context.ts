import type { Recorder } from '../../../core/client.ts'
import type { GatewayParams } from '../params.ts'
import type { Dialect } from '../wire/dialect.ts'
import type { ClientWork } from './client-work.ts'
import type { GatewayLink } from './gateway-link.ts'

/** All that one upload needs. */
export interface UploadContext {
  readonly link: GatewayLink
  readonly recorder: Recorder
  readonly dialect: Dialect
  readonly params: GatewayParams
  readonly work: ClientWork
  readonly iteration: number
  readonly resultsDir: string | undefined
  readonly signal: AbortSignal
}
