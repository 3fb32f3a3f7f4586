import { beforeEach, describe, expect, it, vi } from 'vitest'
import { RawClient } from '../../../../test/support/gateway/raw-client.ts'
import { readStats, startTestGateway } from '../../../../test/support/gateway/start-test-gateway.ts'
import { tinyDataset } from '../../../../test/support/gateway/tiny-dataset.ts'
import type { RunningTarget } from '../../../core/system.ts'
import type { ServerMessage } from '../wire/dialect.ts'
import { encodeSessionReset, getDialect } from '../wire/index.ts'
import type { Batch, Transaction } from '../wire/rows.ts'

const { createEncoder } = getDialect('acknowledged')
const answers = (messages: readonly ServerMessage[]) =>
  messages.flatMap((message) => (message.type === 'answer' ? [message.ok] : []))
const ends = (messages: readonly ServerMessage[]) => messages.filter(({ type }) => type === 'results-end')

const amountsOf = (messages: readonly ServerMessage[]) =>
  messages.flatMap((message) => (message.type === 'results' && message.part.query === 'q1' ? message.part.rows : []))

describe('an upload of the acknowledged dialect', () => {
  let target: RunningTarget
  let client: RawClient
  beforeEach(async () => {
    target = await startTestGateway({ dialect: 'acknowledged' })
    client = new RawClient(target.url, 'acknowledged')
    return async () => {
      client.socket.destroy()
      await target.stop()
    }
  })

  it('gets one answer for each frame, all before the results', async () => {
    client.sendUpload(tinyDataset)
    await client.received((messages) => ends(messages).length === 1)
    expect(client.messages.slice(0, 10).map(({ type }) => type)).toEqual(Array(10).fill('answer'))
    expect(answers(client.messages)).toEqual(Array(10).fill(true))
  })

  it('is answered once for an EOF that comes twice, and counted once', async () => {
    const end = createEncoder().end('users')
    client.socket.write(Buffer.concat([end, end]))
    client.sendUpload(tinyDataset.slice(1))
    await client.received((messages) => ends(messages).length === 1)
    expect(answers(client.messages)).toHaveLength(2 + 4 + 5)
  })

  it('is refused a batch after the end of its kind and an unknown type, and goes on', async () => {
    client.socket.write(createEncoder().end('users'))
    client.send(...tinyDataset.slice(0, 1))
    client.socket.write(Buffer.from('0000000800000009', 'hex'))
    await client.received((messages) => messages.length === 3)
    expect(answers(client.messages)).toEqual([true, false, false])
    client.sendUpload(tinyDataset.slice(1))
    await client.received((messages) => ends(messages).length === 1)
  })

  it('begins anew after SESSION_RESET, with a new id, on the same connection', async () => {
    for (const uploads of [1, 2]) {
      client.sendUpload(tinyDataset)
      await client.received((messages) => ends(messages).length === uploads)
      client.socket.write(encodeSessionReset())
    }
    const ids = ends(client.messages).map((message) => 'clientId' in message && message.clientId)
    expect(new Set(ids).size).toBe(2)
  })

  it('is forgotten when SESSION_RESET comes in the middle of it', async () => {
    client.send(...tinyDataset, ...tinyDataset.slice(3, 4))
    client.socket.write(encodeSessionReset())
    client.sendUpload(tinyDataset)
    await client.received((messages) => ends(messages).length === 1)
    expect(amountsOf(client.messages)).toHaveLength(2)
  })

  it('gets no results when the client ends its side before the fifth EOF', async () => {
    client.send(...tinyDataset)
    client.socket.end()
    await client.closed
    expect(client.messages.every(({ type }) => type === 'answer')).toBe(true)
    await vi.waitFor(async () => expect(await readStats(target)).toMatchObject({ sessions: 0, queues: 0 }))
  })

  it('is forgotten when the client ends its side while it waits for results', async () => {
    client.sendUpload(tinyDataset)
    client.socket.end()
    await client.closed
    await vi.waitFor(async () => expect(await readStats(target)).toMatchObject({ sessions: 0, queues: 0 }))
  })
})

describe('a client that does not read its results', () => {
  it('holds up nobody else, and finds all of them when it reads', async () => {
    const target = await startTestGateway({ chunkRows: 500 })
    const [slow, neighbour] = [new RawClient(target.url, 'acknowledged'), new RawClient(target.url, 'acknowledged')]
    const [transaction] = (tinyDataset[3] as Extract<Batch, { kind: 'transactions' }>).rows as [Transaction]
    const many = Array.from({ length: 60_000 }, (_, i) => ({ ...transaction, transactionId: `t${i}` }))
    slow.sendUpload(tinyDataset.map((batch) => (batch.kind === 'transactions' ? { ...batch, rows: many } : batch)))
    await slow.received((messages) => answers(messages).length === 10)
    slow.socket.pause()
    await neighbour.finishUpload(tinyDataset)
    slow.socket.resume()
    await slow.received((messages) => ends(messages).length === 1)
    expect(amountsOf(slow.messages)).toHaveLength(many.length)
    slow.socket.destroy()
    await target.stop()
  })
})

describe('uploads behind a barrier', () => {
  it('wait for those that began before, and not for those who leave or only connect', async () => {
    const lines: string[] = []
    const target = await startTestGateway({ eof: 'barrier' }, { log: (line) => lines.push(line) })
    const [silent, slow, fast, leaving] = Array.from(
      { length: 4 },
      () => new RawClient(target.url, 'acknowledged'),
    ) as [RawClient, RawClient, RawClient, RawClient]
    slow.send(...tinyDataset.slice(0, 1))
    leaving.send(...tinyDataset.slice(0, 1))
    await vi.waitFor(() => expect(answers(leaving.messages).length + answers(slow.messages).length).toBe(2))
    fast.sendUpload(tinyDataset)
    await fast.received((messages) => answers(messages).length === 10)
    leaving.socket.destroy()
    await vi.waitFor(async () => expect(await readStats(target)).toMatchObject({ sessions: 3 }))
    expect(ends(fast.messages)).toHaveLength(0)
    slow.sendUpload(tinyDataset.slice(1))
    await Promise.all([slow, fast].map((client) => client.received((messages) => ends(messages).length === 1)))
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
      expect.arrayContaining(['session registered', 'EOF held', 'EOF sent', 'EOF received', 'session complete']),
    )
    expect(silent.messages).toEqual([])
    await target.stop()
  })
})
