import type { Completion, Invocation, RunEvent } from '../../../core/event.ts'
import type { Json } from '../../../core/json.ts'
import type { UploadEnd } from '../workload/event-values.ts'

/** One upload of the client, as far as its events tell. */
export interface FollowedUpload {
  readonly operationId: number
  readonly iteration: number
  readonly connection: number
  /** Ended on purpose: it has no results to come. */
  readonly isPartial: boolean
  readonly endedKinds: Set<string>
  /** How the upload ended. */
  completion?: Completion
  /** How the collecting of its results ended. */
  results?: Completion
}

/** Follows the uploads of one client; they come one after the other. */
export class UploadFollower {
  current: FollowedUpload | undefined

  /** True: a new upload has begun, so that nothing more comes for the one before. */
  observe(event: RunEvent): void {
    if (event.type === 'invocation') this.begin(event)
    else if (event.type === 'completion' && this.current) this.end(event, this.current)
  }

  /** The upload that caused a delivery, if it is the current one. */
  causeOf(event: { readonly causeId?: number }): FollowedUpload | undefined {
    return event.causeId !== undefined && event.causeId === this.current?.operationId ? this.current : undefined
  }

  private begin({ operation, operationId, connection, value }: Invocation): void {
    if (operation === 'end-of-kind') this.current?.endedKinds.add((value as { kind: string }).kind)
    if (operation !== 'upload' && operation !== 'partial-upload') return
    const { iteration } = value as { iteration: number }
    const isPartial = operation === 'partial-upload'
    this.current = { operationId, iteration, connection, isPartial, endedKinds: new Set() }
  }

  private end(event: Completion, current: FollowedUpload): void {
    if (event.operationId === current.operationId) current.completion = event
    if (event.operation === 'results') current.results = event
  }
}

/** What a completed upload carries. */
export const readUploadEnd = (value: Json) => value as unknown as UploadEnd
