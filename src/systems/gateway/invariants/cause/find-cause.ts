import type { Cause, Violation } from '../../../../core/check.ts'
import type { Json } from '../../../../core/json.ts'
import type { ClientIndex, PlannedClient } from '../../../../core/plan.ts'
import type { GatewayParams } from '../../params.ts'
import type { TopUserRow } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'
import { tallyUpload } from '../../workload/oracle.ts'
import { resultsExact } from '../results-exact.ts'
import { deriveContributions } from './contributions.ts'
import { findBirthdateOwners, type SearchedUpload } from './find-birthdate-owners.ts'
import { type BatchRun, findPairs, findRuns, type UploadShares } from './find-combinations.ts'
import { createMeasure, type Measure } from './measure.ts'

/** More batches are not searched: where some are left out, nothing is proven. */
const searchedBatches = 20_000
/** Whoever else uploaded at the time was in about the same iteration. */
const iterationsAhead = 1

interface WrongAnswer {
  readonly query: string
  readonly iteration: number
  readonly answer: Json
}

/**
 * Explains a wrong answer by rows: of another client that were counted, or own ones that were not, or twice. Derives
 * all uploads anew and looks for consecutive batches of one upload, then for two single batches, whose sums equal the
 * difference; exactly one such combination is proof, several make their clients suspects (ORACLE §6).
 */
export async function findCause(
  violation: Violation,
  clients: readonly PlannedClient<GatewayParams>[],
): Promise<Cause | undefined> {
  const { invariant, recipient, expected, received } = violation
  const own = clients.find(({ arrival }) => arrival.client === recipient)
  if (invariant !== resultsExact.name || !own) return undefined
  const { query, iteration, answer } = received as unknown as WrongAnswer
  if (query === 'q4') {
    const others = listUploads(own, iteration, clients)
    return findBirthdateOwners(answer as unknown as TopUserRow[], { client: own, iteration }, others)
  }
  const ownSums = await tallyUpload(own, iteration)
  const measure = createMeasure(query, (expected as unknown as WrongAnswer).answer, answer, ownSums)
  if (!measure || measure.excess.every((value) => value === 0)) return undefined
  const ownShares = await listShares(own, iteration, measure)
  const missing = findRuns(negate(measure), [ownShares], measure)
  if (missing.length === 1) return prove(missing, measure, (run) => `its own ${run} did not count`)
  const uploads = await listNeighbours(own, iteration, clients, measure)
  if (!uploads) return undefined
  return explainExcess([ownShares, ...uploads], measure, own.arrival.client)
}

function explainExcess(uploads: readonly UploadShares[], measure: Measure, own: ClientIndex): Cause | undefined {
  const runs = findRuns(measure.excess, uploads, measure).map((run) => [run])
  const combinations = runs.length > 0 ? runs : findPairs(measure.excess, uploads, measure)
  const [first] = combinations
  if (!first) return undefined
  const describe = (run: string, client: ClientIndex) =>
    client === own ? `its own ${run} twice` : `${run} of client ${client}`
  if (combinations.length === 1) return prove(first, measure, describe)
  const clients = distinct(combinations.flat().map(({ client }) => client))
  const message = `${combinations.length} combinations of batches would explain it`
  return { clients, proof: 'suspected', message }
}

function prove(
  runs: readonly BatchRun[],
  { kind }: Measure,
  describe: (run: string, client: ClientIndex) => string,
): Cause {
  const parts = runs.map((run) => describe(describeRun(run, kind), run.client))
  const clients = distinct(runs.map(({ client }) => client))
  return { clients, proof: 'unique-difference', message: `exactly ${parts.join(' and ')}` }
}

function describeRun({ from, to, isWhole, iteration }: BatchRun, kind: Kind): string {
  const upload = `of ${kind} in upload ${iteration + 1}`
  if (isWhole) return `all rows ${upload}`
  return from === to ? `batch ${from} ${upload}` : `batches ${from} to ${to} ${upload}`
}

/** The uploads of all others; undefined where they are too many to search. */
async function listNeighbours(
  own: PlannedClient<GatewayParams>,
  iteration: number,
  clients: readonly PlannedClient<GatewayParams>[],
  measure: Measure,
): Promise<UploadShares[] | undefined> {
  const uploads: UploadShares[] = []
  let batches = 0
  for (const upload of listUploads(own, iteration, clients)) {
    const shares = await listShares(upload.client, upload.iteration, measure)
    batches += shares.batches.length
    if (batches > searchedBatches) return undefined
    uploads.push(shares)
  }
  return uploads
}

function listUploads(
  own: PlannedClient<GatewayParams>,
  iteration: number,
  clients: readonly PlannedClient<GatewayParams>[],
): SearchedUpload[] {
  const iterations = Array.from({ length: iteration + iterationsAhead + 1 }, (_, of) => of)
  return clients
    .filter(({ arrival }) => arrival.client !== own.arrival.client)
    .flatMap((client) => iterations.map((of) => ({ client, iteration: of })))
}

/** Batches that add nothing are left out: with or without them a run is the same. */
async function listShares(
  client: PlannedClient<GatewayParams>,
  iteration: number,
  measure: Measure,
): Promise<UploadShares> {
  const contributions = await deriveContributions(client, iteration)
  const batches = contributions
    .filter(({ kind }) => kind === measure.kind)
    .map(({ batch, sums }) => ({ batch, share: measure.shareOf(sums) }))
    .filter(({ share }) => share.some((value) => value !== 0))
  return { client: client.arrival.client, iteration, batches }
}

const negate = ({ excess, settle }: Measure) => settle(excess.map((value) => -value))
const distinct = (clients: readonly ClientIndex[]) => [...new Set(clients)]
