import type { ClientIndex } from '../../core/plan.ts'
import type { FoundRun } from './find-run.ts'
import type { MixedUp, ScannedFile } from './judge-files.ts'
import type { Sighting } from './scan-file.ts'

export const scanSchema = 'mcsim-scan/1'

/** Something that there was no looking into, and why. */
export interface UnreadFile {
  readonly path: string
  readonly unread: string
}

/** What a scan of files found. */
export interface ScanReport {
  readonly schema: typeof scanSchema
  /** Absent: whose markers they are cannot be told, only of which run. */
  readonly runId?: string
  readonly files: readonly ScannedFile[]
  readonly unread: readonly UnreadFile[]
  readonly mixedUp: readonly MixedUp[]
  /** Markers as they were sent of other runs than this one, with the ids of those runs that are known. */
  readonly otherRuns: readonly {
    readonly runField: number
    readonly markers: number
    readonly runIds: readonly string[]
  }[]
}

export function formatScanText(report: ScanReport, run: FoundRun | undefined): string {
  const { files, unread, mixedUp, otherRuns } = report
  const name = createNamer(run)
  const lines = [
    run
      ? `run ${run.runId}, ${run.clients} clients`
      : 'no run is known, so that whose markers these are cannot be told',
    ...files.filter(({ sightings, corrupt }) => sightings.length + corrupt > 0).map((file) => describeFile(file, name)),
    ...unread.map(({ path, unread: why }) => `not read: ${path}: ${why}`),
    ...otherRuns.map(describeOtherRun),
    ...mixedUp.map((one) => `✗ ${describeMixedUp(one, name)}`),
    summarize(report),
  ]
  return `${lines.join('\n')}\n`
}

/** JSON without the maps. */
export function formatScanJson(report: ScanReport): string {
  const files = report.files.map(({ runFields, ...file }) => ({ ...file, runFields: Object.fromEntries(runFields) }))
  return `${JSON.stringify({ ...report, files }, null, 2)}\n`
}

type Namer = (client: ClientIndex) => string

/** A client by its index, its group and its place there. */
function createNamer(run: FoundRun | undefined): Namer {
  const names = new Map(
    run?.plan.arrivals().map(({ client, group, indexInGroup }) => [client, `${group} ${indexInGroup}`]),
  )
  return (client) => `client ${client}${names.has(client) ? ` (${names.get(client)})` : ''}`
}

function describeFile({ path, sightings, corrupt }: ScannedFile, name: Namer): string {
  const parts = sightings.map((sighting) => describeSighting(sighting, name))
  if (corrupt > 0) parts.push(`${corrupt} altered`)
  return `${path}: ${parts.join(', ')}`
}

function describeSighting({ client, count, isWeak, firstAt, form }: Sighting, name: Namer): string {
  const details = [...(isWeak ? ['weak'] : []), ...(form ? [form] : []), `from byte ${firstAt} on`]
  return `${count} of ${name(client)} (${details.join(', ')})`
}

const describeOtherRun = ({ runField, markers, runIds }: ScanReport['otherRuns'][number]) =>
  `${markers} markers of another run: ${runIds.join(' or ') || `its id is not known (bits ${runField.toString(16).padStart(4, '0')})`}`

function describeMixedUp({ path, owner, clients }: MixedUp, name: Namer): string {
  const shown = clients.slice(0, 8).map(name).join(', ')
  const more = clients.length > 8 ? ` … (${clients.length} in all)` : ''
  if (owner === undefined) return `${path} holds data of more than one client: ${shown}${more}`
  return `${path} is ${name(owner)}'s and holds data of ${shown}${more}`
}

function summarize({ files, unread, mixedUp }: ScanReport): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const markers = files.flatMap(({ sightings }) => sightings).reduce((sum, { count }) => sum + count, 0)
  const verdict =
    mixedUp.length > 0 ? `${mixedUp.length} with data that must not be there` : 'none with data that must not be there'
  const missing = unread.length > 0 ? `; ${unread.length} could not be read` : ''
  return `${files.length} files, ${bytes} bytes, ${markers} markers: ${verdict}${missing}`
}
