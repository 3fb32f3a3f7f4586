/** What somebody who watches a run may ask of it. Plain data that can be posted. */
export type RunRequest =
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** From now on, snapshots tell what this client does; undefined: nobody is watched any more. */
  | { readonly type: 'watch'; readonly client: number | undefined }

type Listener = (request: RunRequest) => void

/** Carries requests from who watches a run to its shards. */
export class RunRequests {
  private readonly listeners = new Set<Listener>()

  send(request: RunRequest): void {
    for (const listener of this.listeners) listener(request)
  }

  /** Returns how to hear no more. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
