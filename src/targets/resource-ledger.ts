export const resourceKinds = ['connections', 'consumers', 'queues', 'buffers'] as const

export type ResourceKind = (typeof resourceKinds)[number]

/** Something that a server holds for one session. */
export interface Resource {
  /** Idempotent. Where freeing fails it stays in the ledger, and the next sweep tries again; rejects with the cause. */
  free(): Promise<void>
}

/** What a server holds for whom, so that all of it is freed with its session and what was forgotten is found. */
export interface ResourceLedger {
  /** `free` is called at most once at a time, and never again once it has resolved. */
  acquire(sessionId: string, kind: ResourceKind, free: () => void | Promise<void>): Resource
  /** Frees all that a session holds, newest first. Never rejects: what could not be freed is left to the sweep. */
  freeAll(sessionId: string): Promise<void>
  /** Frees what is held for sessions that do not live; returns how much that was. */
  sweep(isLive: (sessionId: string) => boolean): Promise<number>
  figures(): ResourceFigures
}

export type ResourceFigures = { readonly [kind in ResourceKind | 'sessions' | 'orphansFreed']: number }

export function createResourceLedger(): ResourceLedger {
  const sessions = new Map<string, Set<HeldResource>>()
  let orphansFreed = 0

  const drop = (sessionId: string, resource: HeldResource) => {
    const held = sessions.get(sessionId)
    if (held?.delete(resource) && held.size === 0) sessions.delete(sessionId)
  }
  /** Returns how many could be freed. */
  const freeHeld = async (sessionId: string): Promise<number> => {
    let freed = 0
    for (const resource of [...(sessions.get(sessionId) ?? [])].reverse()) {
      await resource.free().then(
        () => freed++,
        () => {},
      )
    }
    return freed
  }

  return {
    acquire(sessionId, kind, free) {
      const resource = hold(kind, free, () => drop(sessionId, resource))
      const held = sessions.get(sessionId) ?? new Set()
      sessions.set(sessionId, held.add(resource))
      return resource
    },

    async freeAll(sessionId) {
      await freeHeld(sessionId)
    },

    async sweep(isLive) {
      const orphaned = [...sessions.keys()].filter((sessionId) => !isLive(sessionId))
      const freed = await Promise.all(orphaned.map(freeHeld))
      const total = freed.reduce((sum, count) => sum + count, 0)
      orphansFreed += total
      return total
    },

    figures() {
      const figures = { sessions: sessions.size, connections: 0, consumers: 0, queues: 0, buffers: 0, orphansFreed }
      for (const held of sessions.values()) for (const { kind } of held) figures[kind]++
      return figures
    },
  }
}

interface HeldResource extends Resource {
  readonly kind: ResourceKind
}

function hold(kind: ResourceKind, free: () => void | Promise<void>, drop: () => void): HeldResource {
  let freeing: Promise<void> | undefined
  return {
    kind,
    free() {
      freeing ??= (async () => {
        try {
          await free()
          drop()
        } catch (error) {
          freeing = undefined
          throw error
        }
      })()
      return freeing
    },
  }
}
