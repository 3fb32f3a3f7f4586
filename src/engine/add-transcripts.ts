import type { Finding } from '../core/check.ts'
import type { Observer, RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { readHistoryFile } from './read-history-file.ts'
import type { ShardResult } from './shard-result.ts'

/** So many findings get a transcript; a reader who has understood those does not need those of the others. */
const mostTranscripts = 20
/** Of those who are named beside the recipient: suspects may be many. */
const mostNamed = 2
const eventsBefore = 4
/** One chunk may bring very many, all at one moment; the first of them tell what the chunk was. */
const eventsAtOnce = 4
const eventsAfter = 3

/**
 * Shows with each finding what its recipient and those who are named did and got around it. The events come out of the
 * history, when the run is over and only where something was found: while it goes on nobody pays for it.
 */
export async function addTranscripts(
  findings: readonly Finding[],
  results: readonly Pick<ShardResult, 'historyFile'>[],
): Promise<readonly Finding[]> {
  const excerpts = findings.slice(0, mostTranscripts).map(createExcerpt)
  const windows = new Map<ClientIndex, Window[]>()
  for (const window of excerpts.flatMap((excerpt) => excerpt.windows)) {
    windows.set(window.client, [...(windows.get(window.client) ?? []), window])
  }
  if (windows.size === 0) return findings
  const observer: Observer = {
    observe(event) {
      for (const window of windows.get(event.client) ?? nobody) window.take(event)
    },
  }
  for (const [index, { historyFile }] of results.entries()) {
    const isConcerned = [...windows.keys()].some((client) => client % results.length === index)
    if (isConcerned) await readHistoryFile(historyFile, observer)
  }
  return findings.map((finding, i) => ({ ...finding, ...excerpts[i]?.describe() }))
}

const nobody: readonly Window[] = []

function createExcerpt({ violation }: Finding) {
  const { recipient, owner, cause, atMs, connection } = violation
  const named = [...(owner === undefined ? [] : [owner]), ...(cause?.clients ?? [])]
  const others = [...new Set(named)].filter((client) => client !== recipient).slice(0, mostNamed)
  // Without a connection it is the word of a whole server, given when all had left.
  const received = recipient === undefined || connection === 0 ? [] : [new Window(recipient, atMs, connection)]
  const windows = [...received, ...others.map((client) => new Window(client, atMs))]
  return {
    windows: received.length === 0 ? [] : windows,
    describe(): Pick<Finding, 'role' | 'transcript'> {
      const [ofRecipient] = received
      if (!ofRecipient) return {}
      const transcript = windows.flatMap((window) => window.list()).sort((a, b) => a.atMs - b.atMs)
      return { ...(ofRecipient.role !== undefined && { role: ofRecipient.role }), transcript }
    },
  }
}

/** The events of one client around a moment. */
class Window {
  readonly client: ClientIndex
  /** Of the connection that was asked for. */
  role: string | undefined
  private readonly atMs: number
  private readonly connection: number | undefined
  private before: RunEvent[] = []
  private readonly atOnce: RunEvent[] = []
  private readonly after: RunEvent[] = []

  constructor(client: ClientIndex, atMs: number, connection?: number) {
    this.client = client
    this.atMs = atMs
    this.connection = connection
  }

  take(event: RunEvent): void {
    if (event.type === 'opened' && event.connection === this.connection) this.role = event.role
    if (event.atMs > this.atMs) keepFirst(this.after, event, eventsAfter)
    else if (event.atMs === this.atMs) keepFirst(this.atOnce, event, eventsAtOnce)
    else {
      this.before.push(event)
      // Not one by one: a client may have very many events before the one of interest.
      if (this.before.length > 100) this.before = this.before.slice(-eventsBefore)
    }
  }

  list(): readonly RunEvent[] {
    return [...this.before.slice(-eventsBefore), ...this.atOnce, ...this.after]
  }
}

function keepFirst(events: RunEvent[], event: RunEvent, most: number): void {
  if (events.length < most) events.push(event)
}
