import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../../../core/json.ts'
import type { RunningTarget } from '../../../core/system.ts'
import { type DialectName, dialectNames, type ServerMessage } from '../wire/dialect.ts'
import { getDialect, parseResultFile, resultFileNames } from '../wire/index.ts'
import { queries, type ResultPart } from '../wire/results.ts'
import { type Batch, kinds } from '../wire/rows.ts'
import { gatewaySettings } from './settings.ts'
import { startGateway } from './start-gateway.ts'

const seconds = (text: string) => Date.parse(`${text}Z`) / 1000

const upload: Batch[] = [
  {
    kind: 'users',
    rows: [{ userId: 7, gender: 'male', birthdateS: seconds('1971-01-11T00:00:00'), registeredAtS: 0 }],
  },
  {
    kind: 'stores',
    rows: [
      { storeId: 3, storeName: 'Shop', street: '', postalCode: '1', city: '', state: '', latitude: 0, longitude: 0 },
    ],
  },
  {
    kind: 'menu_items',
    rows: [
      {
        itemId: 2,
        itemName: 'Brew',
        category: 'coffee',
        price: 6,
        isSeasonal: false,
        availableFromS: 0,
        availableToS: 0,
      },
    ],
  },
  {
    kind: 'transactions',
    rows: ['2024-05-01T10:00:00', '2024-05-01T03:00:00', '2023-05-01T10:00:00', '2024-08-01T10:00:00'].map((at, i) => ({
      transactionId: `t${i}`,
      storeId: 3,
      paymentMethodId: 1,
      voucherId: 0,
      userId: 7,
      originalAmount: 80,
      discountApplied: 5,
      finalAmount: i === 3 ? 20 : 75,
      createdAtS: seconds(at),
    })),
  },
  {
    kind: 'transaction_items',
    rows: [
      {
        transactionId: 't0',
        itemId: 2,
        quantity: 3,
        unitPrice: 6,
        subtotal: 18,
        createdAtS: seconds('2024-05-01T10:00:00'),
      },
    ],
  },
]

async function uploadAll(target: RunningTarget, name: DialectName, batches = upload): Promise<ServerMessage[]> {
  const dialect = getDialect(name)
  const encoder = dialect.createEncoder()
  const decoder = dialect.createServerMessageDecoder({ maxMessageBytes: 1e6 })
  const { port, hostname } = new URL(target.url)
  const socket = createConnection({ port: Number(port), host: hostname })
  for (const kind of kinds) {
    for (const batch of batches.filter((batch) => batch.kind === kind)) socket.write(encoder.batch(batch))
    socket.write(encoder.end(kind))
  }
  socket.end()
  const messages: ServerMessage[] = []
  socket.on('data', (chunk) => messages.push(...decoder.push(chunk)))
  await once(socket, 'close')
  return messages
}

/** The parts of the results, by whichever way the dialect brings them. */
async function resultsOf(
  messages: readonly ServerMessage[],
  { resultsDir = '' }: RunningTarget,
): Promise<ResultPart[]> {
  const parts: ResultPart[] = []
  for (const message of messages) {
    if (message.type === 'results') parts.push(message.part)
    if (message.type !== 'final') continue
    if (message.results) parts.push(...message.results)
    else parts.push(...(await readFiles(join(resultsDir, `session_${message.sessionId}`))))
  }
  return parts
}

async function readFiles(folder: string): Promise<ResultPart[]> {
  await vi.waitFor(async () => expect(await readdir(folder)).toEqual(Object.values(resultFileNames)), 5000)
  return Promise.all(
    queries.map(async (query) => parseResultFile(query, await readFile(join(folder, resultFileNames[query]), 'utf8'))),
  )
}

const rowsOf = (parts: readonly ResultPart[]) =>
  Object.fromEntries(
    queries.map((query) => [
      query,
      parts.filter((part) => part.query === query).flatMap((part): readonly object[] => part.rows),
    ]),
  )

describe.each(dialectNames)('the gateway in the %s dialect', (dialect) => {
  let target: RunningTarget
  beforeEach(async () => {
    target = await start({ dialect })
    return () => target.stop()
  })

  it('answers the four queries', async () => {
    const rows = rowsOf(await resultsOf(await uploadAll(target, dialect), target))
    expect(rows).toMatchObject({
      q1: [{ transactionId: 't0', finalAmount: 75 }],
      q2: [
        { month: '2024-05', metric: 'quantity', itemName: 'Brew', value: 3 },
        { month: '2024-05', metric: 'profit', itemName: 'Brew', value: 18 },
      ],
      q3: [
        { half: '2024-H1', storeName: 'Shop', total: 75 },
        { half: '2024-H2', storeName: 'Shop', total: 20 },
      ],
      q4: [{ storeName: 'Shop', birthdate: '1971-01-11' }],
    })
  })

  it('answers each query of an upload without rows, with an empty result', async () => {
    const parts = await resultsOf(await uploadAll(target, dialect, []), target)
    expect(rowsOf(parts)).toEqual({ q1: [], q2: [], q3: [], q4: [] })
    expect(new Set(parts.map((part) => part.query)).size).toBe(4)
  })

  it('holds nothing when its clients are gone', async () => {
    await Promise.all(Array.from({ length: 10 }, () => uploadAll(target, dialect)))
    await vi.waitFor(async () =>
      expect(await (await fetch(`${target.statusUrl}/stats`)).json()).toEqual({
        sessions: 0,
        connections: 0,
        consumers: 0,
        queues: 0,
        buffers: 0,
        orphansFreed: 0,
        sessionsCreated: 10,
        sessionsCompleted: 10,
        clientsHeldByWorkers: 0,
      }),
    )
  })
})

async function start(settings: JsonObject): Promise<RunningTarget> {
  const parsed = gatewaySettings.parse(settings)
  if (!('value' in parsed)) throw new Error(JSON.stringify(parsed.problems))
  const options = { host: '127.0.0.1', port: 0, statusPort: 0, defectRate: 1, seed: 1 }
  return startGateway({ ...options, settings: parsed.value })
}
