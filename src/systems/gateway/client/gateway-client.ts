import type { Recorder, SimulatedClient } from '../../../core/client.ts'
import type { TargetAddress } from '../../../core/system.ts'
import { TcpConnection } from '../../../transport/tcp-connection.ts'
import type { Dialect } from '../wire/dialect.ts'
import { getDialect } from '../wire/index.ts'
import type { ClientSettings, ClientWork } from './client-settings.ts'
import { completeOperation } from './complete-operation.ts'
import { type Disturbance, disturb } from './disturb.ts'
import { GatewayLink } from './gateway-link.ts'
import { codeOfClose } from './outcome-codes.ts'
import { uploadAcknowledged } from './upload-acknowledged.ts'
import type { UploadContext } from './upload-context.ts'
import { uploadOnce } from './upload-once.ts'

/** A dataset uploader in any of the three dialects: one identity, one connection at a time. */
export class GatewayClient implements SimulatedClient {
  private readonly target: TargetAddress
  private readonly recorder: Recorder
  private readonly settings: ClientSettings
  private readonly work: ClientWork
  private readonly dialect: Dialect
  private link: GatewayLink | undefined

  constructor(target: TargetAddress, recorder: Recorder, settings: ClientSettings, work: ClientWork) {
    this.target = target
    this.recorder = recorder
    this.settings = settings
    this.work = work
    this.dialect = getDialect(settings.dialect)
  }

  async open(signal: AbortSignal): Promise<boolean> {
    const { recorder, settings } = this
    const { hostname, port } = new URL(this.target.url)
    const host = hostname.replace(/^\[|\]$/g, '')
    const address = { host, port: port === '' ? this.dialect.defaultPort : Number(port) }
    const { connectLimitMs, maxMessageBytes } = settings
    const connection = new TcpConnection({ ...address, recorder, role: 'upload', signal, connectLimitMs })
    const link = new GatewayLink(connection, this.dialect.createServerMessageDecoder({ maxMessageBytes }), recorder)
    const operationId = recorder.invoke(connection.number, 'connect', null)
    const reason = await connection.connected
    completeOperation(recorder, operationId, reason && codeOfClose(reason))
    if (reason === undefined) this.link = link
    return reason === undefined
  }

  async iterate(iteration: number, signal: AbortSignal): Promise<boolean> {
    for (const disturbance of iteration === 0 ? this.disturbances() : []) {
      if (!this.link) return false
      await disturb(this.contextOf(this.link, iteration, signal), disturbance)
      await this.close()
      if (!(await this.open(signal))) return false
    }
    if (!this.link) return false
    const context = this.contextOf(this.link, iteration, signal)
    return this.settings.dialect === 'acknowledged' ? uploadAcknowledged(context) : uploadOnce(context)
  }

  async close(): Promise<void> {
    const { link } = this
    this.link = undefined
    await link?.connection.close(this.settings.closeLimitMs)
  }

  private disturbances(): readonly Disturbance[] {
    const { leaveAfterBatches, malformedAfterBatches } = this.settings
    return [
      ...(leaveAfterBatches === undefined ? [] : [{ type: 'leave', afterBatches: leaveAfterBatches } as const]),
      ...(malformedAfterBatches === undefined
        ? []
        : [{ type: 'malformed-frame', afterBatches: malformedAfterBatches } as const]),
    ]
  }

  private contextOf(link: GatewayLink, iteration: number, signal: AbortSignal): UploadContext {
    const { recorder, dialect, settings, work, target } = this
    return { link, recorder, dialect, settings, work, iteration, resultsDir: target.resultsDir, signal }
  }
}
