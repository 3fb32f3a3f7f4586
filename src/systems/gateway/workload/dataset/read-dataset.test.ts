import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deriveRunKey, markerLength, markerMagicOffset, readMarker } from '../../../../core/marker.ts'
import type { ClientIndex, PlannedClient } from '../../../../core/plan.ts'
import { type GatewayParams, gatewayParams } from '../../params.ts'
import type { Batch } from '../../wire/rows.ts'
import { digestAmounts } from '../amount-digest.ts'
import { compareData } from '../compare-data.ts'
import { deriveAnswers, type ExpectedAnswers } from '../expected-answers.ts'
import { identifyData, openUpload } from '../open-upload.ts'
import { tallyUpload } from '../oracle.ts'
import { listBatches } from '../upload-source.ts'
import { checkDataFolder } from './find-dataset.ts'

const twoClients = fileURLToPath(new URL('../../../../../fixtures/datasets/two-clients', import.meta.url))

function planClient(client: number, input: object): PlannedClient<GatewayParams> {
  const parsed = gatewayParams.parse(input)
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  const arrival = { client: client as ClientIndex, group: 'g', indexInGroup: client, seed: client, scheduledAtMs: 0 }
  return { runId: 'run-1', arrival, params: parsed.value }
}

async function collect(client: PlannedClient<GatewayParams>) {
  const source = openUpload(client, 0)
  const batches: Batch[] = []
  for await (const batch of listBatches(source)) batches.push(batch)
  return { source, batches }
}

interface ByHand extends ExpectedAnswers {
  readonly q1Rows: readonly { transactionId: string; finalAmount: number }[]
  readonly skipped: number
}

const byHand = JSON.parse(readFileSync(join(twoClients, 'expected.json'), 'utf8')) as Record<string, ByHand>

describe('a dataset folder', () => {
  it.each([
    [0, 'alpha'],
    [1, 'beta'],
    [2, 'alpha'],
  ] as const)('of client %i gives the answers that were worked out by hand', async (index, name) => {
    const client = planClient(index, { dataFolder: twoClients, stamp: false, batchRows: 2 })
    const expected = byHand[name] as ByHand
    const { q1, q2, q3, q4 } = deriveAnswers(await tallyUpload(client, 0))
    expect({ q2, q3, q4 }).toEqual({ q2: expected.q2, q3: expected.q3, q4: expected.q4 })
    expect(q1).toMatchObject(expected.q1)
    expect(q1).toEqual(digestAmounts(expected.q1Rows))
  })

  it('counts 23:00:01 where the rule says so', async () => {
    const client = planClient(0, { dataFolder: join(twoClients, 'alpha'), stamp: false, hourEnd: 'inclusive-hour' })
    const { q3 } = deriveAnswers(await tallyUpload(client, 0))
    expect(q3.find(({ half, storeId }) => half === '2025-H1' && storeId === 2)?.total).toBe(20)
  })

  it('knows that a dialect without dates before 1970 answers 1970-01-01', async () => {
    const client = planClient(0, { dataFolder: join(twoClients, 'alpha'), stamp: false, dialect: 'sequenced' })
    const { q4 } = deriveAnswers(await tallyUpload(client, 0))
    expect(q4[0]?.certain.find(({ userId }) => userId === 4)?.birthdate).toBe('1970-01-01')
  })

  it('skips rows that cannot be read, and says file, line and why', async () => {
    const { source } = await collect(planClient(0, { dataFolder: join(twoClients, 'beta') }))
    const { rows, examples } = source.skipped()
    expect(rows).toBe(byHand['beta']?.skipped)
    expect(examples.map(({ file, line, reason }) => `${file.slice(twoClients.length + 1)}:${line}: ${reason}`)).toEqual(
      [
        'beta/users.csv:3: user_id is "nobody", not a whole number below 2^32',
        'beta/transactions_202401.csv:3: final_amount is "ninety", not a number',
        'beta/transactions_202401.csv:5: 3 fields, expected 9',
        'beta/transactions_202401.csv:7: created_at is "2024-02-30 18:00:00", not a date as 2024-01-14 or 2024-01-14 12:15:00',
      ],
    )
  })

  it('is read to its end in batches of the size that was asked for', async () => {
    const { source, batches } = await collect(planClient(0, { dataFolder: twoClients, batchRows: 4 }))
    expect(batches.map(({ kind, rows }) => `${kind} ${rows.length}`)).toEqual([
      'users 4',
      'users 1',
      'stores 2',
      'menu_items 2',
      'transactions 4',
      'transactions 4',
      'transactions 2',
      'transaction_items 4',
      'transaction_items 2',
    ])
    expect(source.progress()).toBe(1)
    expect(source.skipped()).toEqual({ rows: 0, examples: [] })
  })
})

describe('stamped rows', () => {
  const client = planClient(9, { dataFolder: join(twoClients, 'alpha') })

  it('carry markers of their client in ids and names, and keep items with their transactions', async () => {
    const { batches } = await collect(client)
    const key = deriveRunKey('run-1')
    const texts = batches.flatMap((batch) => {
      if (batch.kind === 'transactions') return batch.rows.map((row) => row.transactionId)
      if (batch.kind === 'stores') return batch.rows.map((row) => row.storeName)
      return batch.kind === 'menu_items' ? batch.rows.map((row) => row.itemName) : []
    })
    expect(texts).toHaveLength(14)
    for (const text of texts) {
      const at = /^[0-9a-f]{8}-6d63/.test(text) ? 0 : text.length - markerLength
      expect(readMarker(key, Buffer.from(text), at + markerMagicOffset)).toMatchObject({ kind: 'payload', owner: 9 })
    }
    const ids = new Set(texts.filter((text) => text.includes('.aa-tx-')))
    for (const batch of batches)
      if (batch.kind === 'transaction_items') for (const row of batch.rows) expect(ids).toContain(row.transactionId)
  })

  it('make clients that read one folder expect different answers', async () => {
    const other = planClient(10, { dataFolder: join(twoClients, 'alpha') })
    expect(await compareData(client, other)).toMatchObject({ distinct: true })
    const [one, two] = [deriveAnswers(await tallyUpload(client, 0)), deriveAnswers(await tallyUpload(other, 0))]
    for (const query of ['q1', 'q2', 'q3', 'q4'] as const) expect(two[query]).not.toEqual(one[query])
  })
})

describe('rows that are sent as they are', () => {
  const dataOf = (client: number, input: object) => identifyData(planClient(client, input))

  it('are the same of all clients that read one folder', () => {
    const alpha = { dataFolder: join(twoClients, 'alpha'), stamp: false }
    expect(dataOf(0, alpha)).toBe(dataOf(1, alpha))
    const each = { dataFolder: twoClients, stamp: false }
    expect(dataOf(0, each)).not.toBe(dataOf(1, each))
    expect(dataOf(0, each)).toBe(dataOf(2, each))
  })

  it('are none where rows are stamped or generated', () => {
    expect(dataOf(0, { dataFolder: twoClients })).toBeUndefined()
    expect(dataOf(0, { cohort: 'colliding' })).toBeUndefined()
  })
})

describe('a folder that is no dataset', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcsim-dataset-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const open = () => openUpload(planClient(0, { dataFolder: folder }), 0)

  it('is a problem of the scenario before anything runs', () => {
    expect(checkDataFolder({})).toEqual([])
    expect(checkDataFolder({ dataFolder: twoClients })).toEqual([])
    expect(checkDataFolder({ dataFolder: folder })).toEqual([
      {
        path: ['params', 'dataFolder'],
        message: expect.stringContaining('has no CSV files of'),
        hint: expect.any(String),
      },
    ])
    cpSync(twoClients, folder, { recursive: true })
    rmSync(join(folder, 'beta', 'users.csv'))
    expect(checkDataFolder({ dataFolder: folder })[0]?.message).toBe(
      `${join(folder, 'beta')} has no CSV files of users`,
    )
  })

  it('is refused when it is not there, empty, or lacks a kind', () => {
    expect(() => openUpload(planClient(0, { dataFolder: join(folder, 'none') }), 0)).toThrow(
      /none cannot be read: ENOENT/,
    )
    expect(open).toThrow(/has no CSV files of stores, menu_items, users, transactions, transaction_items/)
    cpSync(join(twoClients, 'alpha'), folder, { recursive: true })
    rmSync(join(folder, 'users'), { recursive: true })
    expect(open).toThrow(/has no CSV files of users/)
  })

  it('is refused when a file in it cannot be opened', () => {
    cpSync(join(twoClients, 'alpha'), folder, { recursive: true })
    symlinkSync(join(folder, 'none'), join(folder, 'users', 'users_202309.csv'))
    expect(open).toThrow(/the file .*users_202309\.csv cannot be read: ENOENT/)
  })

  it('is refused with file and line when a header is wrong', () => {
    cpSync(join(twoClients, 'alpha'), folder, { recursive: true })
    writeFileSync(join(folder, 'stores', 'stores.csv'), 'id,name\n1,A\n')
    expect(open).toThrow(/stores\.csv:1: the header of stores is "id,name", expected "store_id,/)
  })

  it.each([3, 40_000])('is left out from a quote on that is never closed, %i rows before its end', async (rows) => {
    cpSync(join(twoClients, 'alpha'), folder, { recursive: true })
    const row = 'x1,1,1,,1.0,80.0,0.0,80.0,2024-01-14 12:15:00\n'
    const path = join(folder, 'transactions', 'transactions_202401.csv')
    const header = readFileSync(path, 'utf8').split('\n')[0]
    writeFileSync(path, `${header}\n${row}"x2,${row.repeat(rows)}`)
    const { source, batches } = await collect(planClient(0, { dataFolder: folder, stamp: false }))
    const reason = 'a quote is not closed: the file was left out from here to its end'
    expect(source.skipped()).toEqual({ rows: 1, examples: [{ file: path, line: 3, reason }] })
    expect(batches.find(({ kind }) => kind === 'transactions')?.rows).toHaveLength(6)
  })

  it('may hold quotes where none should be: they are part of the text', async () => {
    cpSync(join(twoClients, 'alpha'), folder, { recursive: true })
    const path = join(folder, 'stores', 'stores.csv')
    const [header, first] = readFileSync(path, 'utf8').split('\n')
    writeFileSync(path, `${header}\n${first}\n2,"a"b,,,,,1,1\n3,c"d,,,,,1,1\n4,"a, ""b""",,,,,1,1\n`)
    const { source, batches } = await collect(planClient(0, { dataFolder: folder, stamp: false }))
    expect(source.skipped().rows).toBe(0)
    expect(batches.find(({ kind }) => kind === 'stores')?.rows).toMatchObject([
      { storeId: 1 },
      { storeId: 2, storeName: '"a"b' },
      { storeId: 3, storeName: 'c"d' },
      { storeId: 4, storeName: 'a, "b"' },
    ])
  })

  it('may be one of several, taken in order of their numbers', async () => {
    for (const name of ['client-10', 'client-9', 'notes']) mkdirSync(join(folder, name))
    cpSync(join(twoClients, 'alpha'), join(folder, 'client-10'), { recursive: true })
    cpSync(join(twoClients, 'beta'), join(folder, 'client-9'), { recursive: true })
    const clients = [0, 1, 2].map((index) => planClient(index, { dataFolder: folder, stamp: false }))
    const read = await Promise.all(clients.map(collect))
    const stores = read.map(({ batches }) => batches.find(({ kind }) => kind === 'stores')?.rows.length)
    expect(stores).toEqual([1, 2, 1])
  })
})
