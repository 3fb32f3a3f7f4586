import type { Completion, Delivery, RunEvent } from '../../core/event.ts'
import type { Json } from '../../core/json.ts'
import type { Fact, Transcriber, TranscriptRules } from '../../core/transcript.ts'
import type { GatewayParams } from './params.ts'
import { type AmountDigest, addDigests, emptyDigest } from './workload/amount-digest.ts'
import { asJson, type DeliveredPart } from './workload/event-values.ts'

/**
 * The results of an upload hang on its rows alone. Those of a user's own dataset are left out: where several rows are as good
 * as each other, or amounts are added up in another order, a server may answer now like this and now like that.
 */
export const gatewayTranscript: TranscriptRules<GatewayParams> = {
  unordered: ['q2', 'q3', 'q4'],
  tolerance: 0,
  follow: ({ params }) => (params.dataFolder === undefined ? new UploadTranscriber() : undefined),
}

/** The results of one upload; all rows of the same query together. */
interface Upload {
  readonly iteration: number
  readonly rows: Fact[]
  amounts: { readonly digest: AmountDigest; readonly atMs: number } | undefined
  isAccepted: boolean
  isWhole: boolean
}

class UploadTranscriber implements Transcriber {
  private readonly uploads = new Map<number, Upload>()
  private current: Upload | undefined

  observe(event: RunEvent): void {
    if (event.type === 'invocation' && event.operation === 'upload') {
      const { iteration } = event.value as { iteration: number }
      this.current = { iteration, rows: [], amounts: undefined, isAccepted: false, isWhole: false }
      this.uploads.set(event.operationId, this.current)
    } else if (event.type === 'completion') this.end(event)
    else if (event.type === 'delivery') this.take(event)
  }

  /** Only of uploads that were taken whole, and whose results have all come. */
  listFacts(): readonly Fact[] {
    const whole = [...this.uploads.values()].filter(({ isAccepted, isWhole }) => isAccepted && isWhole)
    return whole.flatMap(({ iteration, rows, amounts }) => {
      const { count, sum, hash } = amounts?.digest ?? emptyDigest
      const atMs = amounts?.atMs ?? 0
      return [{ kind: 'q1', key: keyOf(iteration), fields: { count, sum, hash }, atMs }, ...rows]
    })
  }

  private end({ operation, operationId, outcome }: Completion): void {
    const upload = this.uploads.get(operationId)
    if (upload) upload.isAccepted = outcome === 'ok'
    if (operation === 'results' && this.current) this.current.isWhole = outcome === 'ok'
  }

  private take({ causeId, value, atMs, channel }: Delivery): void {
    const upload = causeId === undefined ? undefined : this.uploads.get(causeId)
    if (!upload || !/^q[1-4]$/.test(channel)) return
    const part = value as unknown as DeliveredPart
    if (part.query === 'q1') {
      upload.amounts = { digest: addDigests(upload.amounts?.digest ?? emptyDigest, part.digest), atMs }
      return
    }
    for (const row of part.rows) {
      const fields = asJson(row) as Readonly<Record<string, Json>>
      upload.rows.push({ kind: part.query, key: keyOf(upload.iteration), fields, atMs })
    }
  }
}

const keyOf = (iteration: number) => `upload ${iteration}`
