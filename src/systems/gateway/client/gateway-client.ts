import type { Recorder, SimulatedClient } from '../../../core/client.ts'
import type { TargetAddress } from '../../../core/system.ts'
import { TcpConnection } from '../../../transport/tcp-connection.ts'
import type { GatewayParams } from '../params.ts'
import type { Dialect } from '../wire/dialect.ts'
import { getDialect } from '../wire/index.ts'
import type { ClientWork } from './client-work.ts'
import { type Disturbance, disturb } from './disturb.ts'
import { GatewayLink } from './gateway-link.ts'
import { codeOfClose, completeOperation } from './outcome-codes.ts'
import { uploadAcknowledged } from './upload-acknowledged.ts'
import type { UploadContext } from './upload-context.ts'
import { uploadOnce } from './upload-once.ts'

/** Of one result line, or of the one answer with all results in it. */
const maxMessageBytes = 256 * 2 ** 20
/** How long a server may take at most to end a connection that the client has ended. */
const closeLimitMs = 5000

/** A dataset uploader in any of the three dialects: one identity, one connection at a time. */
export class GatewayClient implements SimulatedClient {
  private readonly target: TargetAddress
  private readonly recorder: Recorder
  private readonly params: GatewayParams
  private readonly work: ClientWork
  private readonly dialect: Dialect
  private link: GatewayLink | undefined
  /** How many have begun: the epoch of what is uploaded next. */
  private iterations = 0

  constructor(target: TargetAddress, recorder: Recorder, params: GatewayParams, work: ClientWork) {
    this.target = target
    this.recorder = recorder
    this.params = params
    this.work = work
    this.dialect = getDialect(params.dialect)
  }

  async open(signal: AbortSignal): Promise<boolean> {
    const { recorder, params } = this
    const { hostname, port } = new URL(this.target.url)
    const host = hostname.replace(/^\[|\]$/g, '')
    const address = { host, port: port === '' ? this.dialect.defaultPort : Number(port) }
    const options = { ...address, recorder, role: 'upload', epoch: this.iterations, signal }
    const connection = new TcpConnection({ ...options, connectLimitMs: params.connectTimeoutMs })
    const link = new GatewayLink(connection, this.dialect.createServerMessageDecoder({ maxMessageBytes }), recorder)
    const operationId = recorder.invoke(connection.number, 'connect', null)
    const reason = await connection.connected
    completeOperation(recorder, operationId, reason && codeOfClose(reason))
    if (reason === undefined) this.link = link
    return reason === undefined
  }

  async iterate(iteration: number, signal: AbortSignal): Promise<boolean> {
    const disturbance = this.chooseDisturbance(iteration)
    if (disturbance && this.link) {
      await disturb(this.contextOf(this.link, iteration, signal), disturbance)
      await this.close()
      await this.open(signal)
    }
    this.iterations = iteration + 1
    if (!this.link) return false
    const context = this.contextOf(this.link, iteration, signal)
    return this.params.dialect === 'acknowledged' ? uploadAcknowledged(context) : uploadOnce(context)
  }

  async close(): Promise<void> {
    const { link } = this
    this.link = undefined
    // Where the end of a connection is the end of an upload, a client that has sent nothing must not end it.
    if (link && !link.isUsed && this.params.dialect !== 'acknowledged') link.connection.destroy('dropped')
    await link?.connection.close(Math.min(closeLimitMs, this.params.answerTimeoutMs))
  }

  private chooseDisturbance(iteration: number): Disturbance | undefined {
    const { leaveAt, leaveIterations, malformedAt, malformedIterations, malformedFrame } = this.params
    if (leaveAt !== undefined && iteration < leaveIterations) return { type: 'leave', at: leaveAt }
    // Who does both sends what is malformed when it has come back.
    const since = leaveAt === undefined ? iteration : iteration - leaveIterations
    if (malformedAt === undefined || since >= malformedIterations) return undefined
    return { type: malformedFrame === 'oversized' ? 'oversized-frame' : 'malformed-frame', at: malformedAt }
  }

  private contextOf(link: GatewayLink, iteration: number, signal: AbortSignal): UploadContext {
    const { recorder, dialect, params, work, target } = this
    return { link, recorder, dialect, params, work, iteration, resultsDir: target.resultsDir, signal }
  }
}
