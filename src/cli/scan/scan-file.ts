import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { createDeepBudget } from '../../check/deep-scan/deep-budget.ts'
import { createOwnershipScan, type ScanResult } from '../../check/ownership-scan.ts'
import { RunFieldScan } from '../../check/scan-run-fields.ts'
import type { Mark } from '../../core/event.ts'
import type { RunKey } from '../../core/marker.ts'
import type { ClientIndex } from '../../core/plan.ts'

/** What is known of the run whose clients' data may be found. */
export interface KnownRun {
  readonly key: RunKey
  readonly clients: number
}

export interface Sighting {
  readonly client: ClientIndex
  count: number
  /** All of them were cut off, so that no check sum proves whose they are. */
  isWeak: boolean
  /** The first byte of the first one, and how it was written where that is not as it was sent. */
  readonly firstAt: number
  readonly form: string | undefined
}

/** What markers one file holds. */
export interface FileMarkers {
  readonly bytes: number
  readonly sightings: readonly Sighting[]
  /** Of the known run, and altered. */
  readonly corrupt: number
  /** How many there are of each run, the known one included, by the bits that tell it; only those as they were sent. */
  readonly runFields: ReadonlyMap<number, number>
}

/** Nobody's: every marker of the run is told. */
const nobody = -1 as ClientIndex
const budget = createDeepBudget('always')

/** Reads a file, decompressed where it is of gzip, in pieces. */
export async function scanFile(path: string, run: KnownRun | undefined): Promise<FileMarkers> {
  const runFields = new RunFieldScan()
  const scan = run && createOwnershipScan({ ...run, budget }, nobody)
  const sightings = new Map<ClientIndex, Sighting>()
  let [bytes, corrupt] = [0, 0]
  const take = (result: ScanResult | undefined) => {
    for (const mark of result?.foreign ?? []) {
      if (mark.owner === 'corrupt') corrupt++
      else if (mark.owner !== 'orphan') addSighting(sightings, mark.owner, mark)
    }
  }
  for await (const chunk of await readContent(path)) {
    bytes += chunk.length
    runFields.scan(chunk)
    take(scan?.scan(chunk, 0))
  }
  take(scan?.end())
  return { bytes, sightings: sortSightings(sightings), corrupt, runFields: runFields.counts }
}

/** The client of the last marker that the path itself holds: its data belong there. */
export function ownerOfPath(path: string, { key, clients }: KnownRun): ClientIndex | undefined {
  const scan = createOwnershipScan({ key, clients, budget }, nobody)
  const marks = [...scan.scan(Buffer.from(path), 0).foreign, ...scan.end().foreign]
  const owned = marks.filter((mark): mark is Mark & { owner: ClientIndex } => typeof mark.owner === 'number')
  return owned.sort((a, b) => b.offset - a.offset)[0]?.owner
}

function addSighting(sightings: Map<ClientIndex, Sighting>, client: ClientIndex, mark: Mark): void {
  const known = sightings.get(client)
  if (!known) {
    sightings.set(client, { client, count: 1, isWeak: mark.isWeak === true, firstAt: mark.offset, form: mark.form })
    return
  }
  known.count++
  if (!mark.isWeak) known.isWeak = false
}

const sortSightings = (sightings: ReadonlyMap<ClientIndex, Sighting>) =>
  [...sightings.values()].sort((a, b) => b.count - a.count || a.client - b.client)

async function readContent(path: string): Promise<AsyncIterable<Buffer>> {
  const file = createReadStream(path)
  if (!(await isGzip(path))) return file
  const content = createGunzip()
  file.on('error', (error) => content.destroy(error))
  return file.pipe(content)
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const head = Buffer.alloc(3)
    await file.read(head, 0, head.length, 0)
    return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8
  } finally {
    await file.close()
  }
}
