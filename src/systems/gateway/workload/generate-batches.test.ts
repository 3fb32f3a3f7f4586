import { describe, expect, it } from 'vitest'
import { deriveRunKey, markerMagic, readMarker } from '../../../core/marker.ts'
import type { ClientIndex, PlannedClient } from '../../../core/plan.ts'
import { type GatewayParams, gatewayParams } from '../params.ts'
import type { Batch, Kind, RowOf } from '../wire/rows.ts'
import { compareData } from './compare-data.ts'
import { deriveAnswers } from './expected-answers.ts'
import { openUpload } from './open-upload.ts'
import { createOracle, listContributions, tallyUpload } from './oracle.ts'
import type { Tally } from './tally.ts'
import { listBatches, listSteps } from './upload-source.ts'

function planClient(client: number, input: object = {}): PlannedClient<GatewayParams> {
  const parsed = gatewayParams.parse(input)
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  const arrival = {
    client: client as ClientIndex,
    group: 'g',
    indexInGroup: client,
    seed: 77 + client,
    scheduledAtMs: 0,
  }
  return { runId: 'run-1', arrival, params: parsed.value }
}

async function rowsOf<K extends Kind>(
  client: PlannedClient<GatewayParams>,
  kind: K,
  iteration = 0,
): Promise<RowOf[K][]> {
  const rows: RowOf[K][] = []
  for await (const batch of openUpload(client, iteration).batchesOf(kind)) rows.push(...(batch.rows as RowOf[K][]))
  return rows
}

async function collect(client: PlannedClient<GatewayParams>, iteration = 0): Promise<Batch[]> {
  const batches: Batch[] = []
  for await (const batch of listBatches(openUpload(client, iteration))) batches.push(batch)
  return batches
}

const small = { rows: 400, batchRows: 50 }

describe('a generated upload', () => {
  it('is the same each time and different for another client, iteration or run', async () => {
    const batches = await collect(planClient(3, small))
    expect(await collect(planClient(3, small))).toEqual(batches)
    expect(await collect(planClient(4, small))).not.toEqual(batches)
    expect(await collect(planClient(3, small), 1)).not.toEqual(batches)
    expect(await collect({ ...planClient(3, small), runId: 'run-2' })).not.toEqual(batches)
  })

  it('comes in documented order, in nearly equal batches no larger than asked for', async () => {
    const batches = await collect(planClient(0, { rows: 101, batchRows: 50 }))
    const sizes = batches.filter(({ kind }) => kind === 'transactions').map(({ rows }) => rows.length)
    expect(sizes).toEqual([33, 34, 34])
    expect([...new Set(batches.map(({ kind }) => kind))]).toEqual([
      'users',
      'stores',
      'menu_items',
      'transactions',
      'transaction_items',
    ])
  })

  it('tells how much of it was returned', async () => {
    const source = openUpload(planClient(0, small), 0)
    const seen = [source.progress()]
    for await (const _ of listBatches(source)) seen.push(source.progress())
    expect(seen[0]).toBe(0)
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })

  it('steps through kinds one after the other, or in turn', async () => {
    const client = planClient(0, { rows: 4, batchRows: 2 })
    const describeSteps = async (interleave: boolean) => {
      const steps: string[] = []
      for await (const step of listSteps(openUpload(client, 0), interleave))
        steps.push(step.type === 'end' ? `end ${step.kind}` : step.batch.kind)
      return steps
    }
    const plain = await describeSteps(false)
    const mixed = await describeSteps(true)
    expect(plain.slice(-8)).toEqual([
      'transactions',
      'transactions',
      'end transactions',
      ...Array(4).fill('transaction_items'),
      'end transaction_items',
    ])
    expect(mixed.slice(0, 6)).toEqual(['users', 'stores', 'menu_items', 'transactions', 'transaction_items', 'users'])
    expect([...mixed].sort()).toEqual([...plain].sort())
  })

  it('stamps ids and names with payload markers of its client and iteration, each only once', async () => {
    const client = planClient(5, small)
    const key = deriveRunKey(client.runId)
    const texts = [
      ...(await rowsOf(client, 'transactions', 2)).map((row) => row.transactionId),
      ...(await rowsOf(client, 'stores', 2)).map((row) => row.storeName),
      ...(await rowsOf(client, 'menu_items', 2)).map((row) => row.itemName),
    ]
    const marks = texts.map((text) => readMarker(key, Buffer.from(text), text.indexOf(markerMagic)))
    expect(marks.every((mark) => mark?.kind === 'payload' && mark.owner === 5 && mark.epoch === 2)).toBe(true)
    expect(new Set(marks.map((mark) => mark?.sequence)).size).toBe(texts.length)
  })

  it('refers only to users, stores, items and transactions that it has', async () => {
    const client = planClient(1, small)
    const users = new Set((await rowsOf(client, 'users')).map((row) => row.userId))
    const transactions = await rowsOf(client, 'transactions')
    const ids = new Map(transactions.map((row) => [row.transactionId, row.createdAtS]))
    expect(transactions.every((row) => row.userId === 0 || users.has(row.userId))).toBe(true)
    expect(transactions.some((row) => row.userId === 0)).toBe(true)
    expect(new Set(transactions.map((row) => row.storeId))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
    for (const row of await rowsOf(client, 'transaction_items')) {
      expect(ids.get(row.transactionId)).toBe(row.createdAtS)
      expect(row.subtotal).toBe(row.quantity * row.unitPrice)
    }
  })

  it('has top users of its own, so that counts that two clients share show in the birthdates', async () => {
    const own = await tallyUpload(planClient(1, small), 0)
    const shared = own.copy()
    for await (const batch of openUpload(planClient(2, small), 0).batchesOf('transactions')) shared.add(batch)
    const birthdates = (tally: Tally) =>
      deriveAnswers(tally).q4.map(({ certain, tied }) => [...certain, ...tied].map(({ birthdate }) => birthdate))
    const after = birthdates(shared)
    for (const [i, store] of birthdates(own).entries()) expect(after[i]).not.toEqual(store)
  })

  it('avoids every edge on which servers differ', async () => {
    for (const client of [
      planClient(0, small),
      planClient(43, small),
      planClient(9, { ...small, cohort: 'colliding' }),
    ]) {
      for (const row of await rowsOf(client, 'transactions')) {
        expect(row.finalAmount).not.toBe(75)
        expect(Number.isInteger(row.finalAmount * 4) && row.finalAmount > 0).toBe(true)
        expect((row.createdAtS % 86_400) / 3600).toBeLessThan(23)
      }
      const { q2, q4 } = deriveAnswers(await tallyUpload(client, 0))
      expect(q2.every(({ winners }) => winners.length === 1)).toBe(true)
      expect(q4.every(({ tied, certain }) => tied.length === 0 && certain.length === 3)).toBe(true)
    }
  })

  it.each([1, 3, 8, 9, 10, 31, 200])(
    'has one winner per month and no tie in the top three from few rows on: %i rows',
    async (rows) => {
      const { q2, q4 } = deriveAnswers(await tallyUpload(planClient(2, { rows }), 0))
      if (rows >= 4) expect(q2.every(({ winners }) => winners.length === 1)).toBe(true)
      expect(q4.every(({ tied }) => tied.length === 0)).toBe(true)
    },
  )

  it('keeps every sum exact in float32 up to the documented number of rows', async () => {
    const rows = 40_000
    const { q2, q3 } = deriveAnswers(await tallyUpload(planClient(63, { rows }), 0))
    const largest = Math.max(...q2.map(({ value }) => value), ...q3.map(({ total }) => total))
    expect((largest / rows) * 1_200_000).toBeLessThan(2 ** 22)
  })
})

describe.each(['distinct', 'colliding'] as const)('the %s cohort', (cohort) => {
  const clients = Array.from({ length: 6 }, (_, index) => planClient(index, { ...small, cohort }))

  it('expects answers that differ pairwise, and over iterations, in every query', async () => {
    const answers = []
    for (const client of clients)
      for (const iteration of [0, 1]) answers.push(deriveAnswers(await tallyUpload(client, iteration)))
    for (const query of ['q1', 'q2', 'q3', 'q4'] as const)
      expect(new Set(answers.map((answer) => JSON.stringify(answer[query]))).size).toBe(answers.length)
  })

  it('would notice any one batch of another client', async () => {
    for (const one of clients)
      for (const other of clients)
        if (one !== other) expect(await compareData(one, other)).toEqual({ distinct: true, sensitive: true })
  })
})

describe('the colliding cohort', () => {
  it('shares every key and no value', async () => {
    const [one, other] = [1, 2].map((client) => planClient(client, { ...small, cohort: 'colliding' })) as [never, never]
    for (const kind of ['transactions', 'transaction_items', 'users', 'stores', 'menu_items'] as const) {
      const [a, b] = [await rowsOf(one, kind), await rowsOf(other, kind)]
      expect(b.length).toBe(a.length)
      a.forEach((row, index) => {
        for (const [name, value] of Object.entries(row)) {
          const theirs = (b[index] as unknown as Record<string, unknown>)[name]
          if (sharedFields.has(name)) expect(theirs).toBe(value)
          if (valueFields.has(name)) expect(theirs).not.toBe(value)
        }
      })
    }
  })

  const sharedFields = new Set(['transactionId', 'storeId', 'userId', 'itemId', 'createdAtS', 'storeName', 'itemName'])
  const valueFields = new Set(['finalAmount', 'quantity', 'price', 'unitPrice', 'birthdateS', 'latitude'])
})

describe('contributions', () => {
  it('of all batches add up to the sums of the upload', async () => {
    const client = planClient(0, small)
    const whole = await tallyUpload(client, 0)
    const totals = new Map<number, number>()
    let count = 0
    for await (const { tally } of listContributions(client, 0)) {
      count += tally.amounts.count
      for (const [store, total] of tally.totals[0] ?? []) totals.set(store, (totals.get(store) ?? 0) + total)
    }
    expect(count).toBe(whole.amounts.count)
    expect(totals).toEqual(whole.totals[0])
  })
})

describe('the oracle', () => {
  it('does not depend on the order of batches', async () => {
    const client = planClient(4, small)
    const batches = await collect(client)
    const forward = createOracle(client.params)
    const backward = createOracle(client.params)
    for (const batch of batches) forward.add(batch)
    for (const batch of [...batches].reverse()) backward.add(batch)
    expect(backward.answers()).toEqual(forward.answers())
    expect(JSON.parse(JSON.stringify(forward.answers()))).toEqual(forward.answers())
  })
})
