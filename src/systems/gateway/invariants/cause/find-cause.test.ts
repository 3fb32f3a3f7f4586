import { describe, expect, it } from 'vitest'
import { parseParams } from '../../../../../test/support/gateway/parse-params.ts'
import { UploadHistory } from '../../../../../test/support/gateway/upload-history.ts'
import type { Violation } from '../../../../core/check.ts'
import type { ClientIndex, PlannedClient } from '../../../../core/plan.ts'
import type { GatewayParams } from '../../params.ts'
import type { Batch } from '../../wire/rows.ts'
import { deriveAnswers, type ExpectedAnswers } from '../../workload/expected-answers.ts'
import { openUpload } from '../../workload/open-upload.ts'
import { Tally } from '../../workload/tally.ts'
import { listBatches } from '../../workload/upload-source.ts'
import { createExactnessChecker } from '../results-exact.ts'
import { findCause } from './find-cause.ts'

const params = parseParams({ rows: 400, batchRows: 40, cohort: 'colliding' })

const clients: readonly PlannedClient<GatewayParams>[] = [0, 1, 2, 3].map((index) => ({
  runId: 'run',
  params,
  arrival: { client: index as ClientIndex, group: 'g', indexInGroup: index, seed: 100 + index, scheduledAtMs: 0 },
}))
const own = clients[1] as PlannedClient<GatewayParams>

async function readBatches(client: number, kind: Batch['kind'], iteration = 0): Promise<Batch[]> {
  const batches: Batch[] = []
  const source = openUpload(clients[client] as PlannedClient<GatewayParams>, iteration)
  for await (const batch of listBatches(source)) if (batch.kind === kind) batches.push(batch)
  return batches
}

/** The violations of a server that counted the `extra` batches for client 1, and not the own ones that `skip` names. */
async function judgeMixed(
  extra: readonly (Batch | undefined)[],
  skip = (_: Batch) => false,
): Promise<readonly Violation[]> {
  const [right, wrong] = [new Tally(params.rules), new Tally(params.rules)]
  for await (const batch of listBatches(openUpload(own, 0))) {
    right.add(batch)
    if (!skip(batch)) wrong.add(batch)
  }
  for (const batch of extra) if (batch) wrong.add(batch)
  const history = new UploadHistory(1).connect().begin().end(deriveAnswers(right))
  deliverAnswers(history, deriveAnswers(wrong))
  return history.collected().judge(createExactnessChecker(own.arrival.client, params.rules)).violations
}

function deliverAnswers(history: UploadHistory, answers: ExpectedAnswers): void {
  history.deliver('q1', { query: 'q1', digest: { ...answers.q1 }, rows: [] })
  const items = answers.q2.map(({ winners, ...item }) => ({ ...item, itemName: winners[0]?.itemName ?? '' }))
  const users = answers.q4.flatMap(({ storeId, storeName, certain }) =>
    certain.map(({ userId, birthdate }) => ({ storeId, storeName, userId, birthdate })),
  )
  history.part({ query: 'q2', rows: items }, { query: 'q3', rows: answers.q3 }, { query: 'q4', rows: users })
}

async function causesOf(violations: readonly Violation[]) {
  const causes = new Map<string, Awaited<ReturnType<typeof findCause>>>()
  for (const violation of violations) {
    causes.set((violation.received as { query: string }).query, await findCause(violation, clients))
  }
  return causes
}

describe('findCause', () => {
  it('names the one batch of another client that was counted', async () => {
    const [, , third] = await readBatches(3, 'transactions')
    const causes = await causesOf(await judgeMixed([third]))
    const cause = {
      clients: [3],
      proof: 'unique-difference',
      message: 'exactly batch 3 of transactions in upload 1 of client 3',
    }
    expect(causes.get('q1')).toEqual(cause)
    expect(causes.get('q3')).toEqual(cause)
  })

  it('names a batch by the winners of Q2', async () => {
    const batches = await readBatches(2, 'transaction_items')
    const causes = await causesOf(await judgeMixed(batches.slice(3, 6)))
    expect(causes.get('q2')).toMatchObject({ clients: [2], proof: 'unique-difference' })
    expect(causes.get('q2')?.message).toBe('exactly batches 4 to 6 of transaction_items in upload 1 of client 2')
  })

  it('names a whole upload, and one of another iteration', async () => {
    const causes = await causesOf(await judgeMixed(await readBatches(0, 'transactions', 1)))
    expect(causes.get('q1')?.message).toBe('exactly all rows of transactions in upload 2 of client 0')
  })

  it('names the client whose users have the birthdates of Q4', async () => {
    const causes = await causesOf(await judgeMixed(await readBatches(2, 'users')))
    const message = 'only users of client 2 have these birthdates'
    expect(causes.get('q4')).toEqual({ clients: [2], proof: 'signature', message })
  })

  it('names two batches of two clients', async () => {
    const [one, other] = [await readBatches(0, 'transactions'), await readBatches(3, 'transactions')]
    const causes = await causesOf(await judgeMixed([one[4], other[7]]))
    expect(causes.get('q1')).toMatchObject({ clients: [0, 3], proof: 'unique-difference' })
    expect(causes.get('q1')?.message).toContain('batch 5 of transactions in upload 1 of client 0 and batch 8')
  })

  it('names an own batch that did not count, or counted twice', async () => {
    const [first, second] = await readBatches(1, 'transactions')
    const isFirst = (batch: Batch) => JSON.stringify(batch) === JSON.stringify(first)
    const missing = await causesOf(await judgeMixed([], isFirst))
    expect(missing.get('q1')?.message).toBe('exactly its own batch 1 of transactions in upload 1 did not count')
    const twice = await causesOf(await judgeMixed([second]))
    expect(twice.get('q3')?.message).toBe('exactly its own batch 2 of transactions in upload 1 twice')
  })

  it('says nothing where no batches explain it', async () => {
    const [batch] = await readBatches(3, 'transactions')
    const some = { ...batch, rows: batch?.rows.slice(5, 30) } as Batch
    const causes = await causesOf(await judgeMixed([some]))
    expect(causes.get('q1')).toBeUndefined()
  })

  it('says nothing of other invariants', async () => {
    const [violation] = await judgeMixed(await readBatches(0, 'transactions'))
    expect(await findCause({ ...(violation as Violation), invariant: 'results-own' }, clients)).toBeUndefined()
  })
})
