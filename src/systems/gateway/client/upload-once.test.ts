import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runOnce, startClient } from '../../../../test/support/gateway/drive-client.ts'
import { allTinyParts } from '../../../../test/support/gateway/tiny-answers.ts'
import { openTinyUpload } from '../../../../test/support/gateway/tiny-dataset.ts'
import type { DialectName } from '../wire/dialect.ts'
import {
  encodeResultFile,
  encodeSequencedError,
  encodeSequencedOk,
  encodeStreamedOk,
  getDialect,
  resultFileNames,
} from '../wire/index.ts'
import { type Query, queries, type ResultPart } from '../wire/results.ts'
import type { Kind } from '../wire/rows.ts'

/** Reads a whole upload and then answers; `received` says what came. */
function serveUpload(dialect: DialectName, answer: (socket: Socket, received: readonly string[]) => void) {
  return (socket: Socket) => {
    const decoder = getDialect(dialect).createUploadDecoder({ maxFrameBytes: 1e6, maxRows: 1e4 })
    const received: string[] = []
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        received.push(
          frame.type === 'batch' ? frame.batch.kind : frame.type === 'end' ? `end ${frame.kind}` : frame.type,
        )
      }
    })
    socket.on('end', () => answer(socket, received))
  }
}

/** The tiny results with each query in one part, as these dialects bring them. */
const rows: readonly ResultPart[] = [
  { query: 'q1', rows: allTinyParts.flatMap((part) => (part.query === 'q1' ? part.rows : [])) },
  { query: 'q2', rows: allTinyParts.flatMap((part) => (part.query === 'q2' ? part.rows : [])) },
  ...allTinyParts.filter(({ query }) => query === 'q3' || query === 'q4'),
]

describe('a sequenced upload', () => {
  const dialect = 'sequenced'
  const answer = { sessionId: 's1', batches: 5, records: 6 }
  it('sends everything, ends its side and takes all results from the one answer', async () => {
    let seen: readonly string[] = []
    const serve = serveUpload(dialect, (socket, received) => {
      seen = received
      socket.end(encodeSequencedOk({ ...answer, results: rows }))
    })
    const run = await runOnce(serve, { dialect })
    expect(seen).toEqual([
      ...['users', 'end users', 'stores', 'end stores', 'menu_items', 'end menu_items'],
      ...['transactions', 'end transactions', 'transaction_items', 'end transaction_items'],
    ])
    expect(run.completions()).toEqual(['connect ok', 'upload ok', 'results ok'])
    expect(run.completion('upload')).toMatchObject({ value: { sessionId: 's1', processedRows: 6, expected: {} } })
    expect(run.channels()).toEqual(['q1', 'q2', 'q3', 'q4'])
    expect(run.reusable).toBe(false)
  })

  it('lets the kinds take turns', async () => {
    let seen: readonly string[] = []
    const serve = serveUpload(dialect, (socket, received) => {
      seen = received
      socket.end(encodeSequencedOk({ ...answer, results: rows }))
    })
    await runOnce(serve, { dialect, interleave: true })
    expect(seen.slice(0, 5)).toEqual(['users', 'stores', 'menu_items', 'transactions', 'transaction_items'])
    expect(seen.slice(5)).toEqual(expect.arrayContaining(['end users', 'end transaction_items']))
  })

  it('says what the answer itself says is missing', async () => {
    const serve = serveUpload(dialect, (socket) =>
      socket.end(encodeSequencedOk({ ...answer, results: rows.slice(0, 3) })),
    )
    const run = await runOnce(serve, { dialect })
    expect(run.completion('results')).toMatchObject({ errorCode: 'results-missing', value: { missing: ['q4'] } })
  })

  it('is limited, not failed, where the server has no room, even while it is still writing', async () => {
    const serve = (socket: Socket) => socket.end(encodeSequencedError('MAX_CLIENTS_REACHED', 'later'))
    const run = await runOnce(serve, { dialect })
    expect(run.completion('upload')).toMatchObject({ outcome: 'limited', errorCode: 'max-clients-reached' })
  })

  it.each<[string, (socket: Socket) => void]>([
    ['server-error', (socket) => socket.end(encodeSequencedError('BROKEN', 'x'))],
    ['truncated-answer', (socket) => socket.end(encodeSequencedOk({ ...answer, results: rows }).subarray(0, 20))],
    ['malformed-answer', (socket) => socket.end(Buffer.from('000000027b7d', 'hex'))],
    ['early-close', (socket) => socket.end()],
    ['answer-timeout', () => {}],
  ])('ends with %s when the server does that', async (code, act) => {
    const run = await runOnce(serveUpload(dialect, act), { dialect, answerTimeout: '100ms' })
    expect(run.completions()).toEqual(['connect ok', `upload ${code}`])
  })

  it('fails when the answer comes before the upload has ended', async () => {
    let answered = () => {}
    const isAnswered = new Promise<void>((resolve) => {
      answered = resolve
    })
    const openUpload = () => ({
      ...openTinyUpload(),
      async *batchesOf(kind: Kind) {
        if (kind === 'stores') await isAnswered
        yield* openTinyUpload().batchesOf(kind)
      },
    })
    const run = await startClient(
      (socket) => socket.once('data', () => socket.write(encodeSequencedOk({ ...answer, results: rows }))),
      { dialect },
      { openUpload },
    )
    const bytes = run.recorder.bytes
    run.recorder.bytes = (connection, chunk) => {
      setImmediate(answered)
      return bytes(connection, chunk)
    }
    await run.client.open(run.signal)
    await run.client.iterate(0, run.signal)
    await run.client.close()
    await run.server.stop()
    expect(run.completion('upload')).toMatchObject({ outcome: 'failed', errorCode: 'early-answer' })
  })

  it('leaves without ending an upload when it has sent nothing', async () => {
    const run = await startClient((socket) => socket.on('end', () => socket.end('answer')), { dialect })
    await run.client.open(run.signal)
    await run.client.close()
    await run.server.stop()
    expect(run.closings()).toEqual(['dropped'])
  })
})

describe('a streamed upload', () => {
  const dialect = 'streamed'
  let resultsDir: string
  beforeEach(async () => {
    resultsDir = await mkdtemp(join(tmpdir(), 'mcsim-results-'))
  })
  afterEach(() => rm(resultsDir, { recursive: true }))

  const partOf = (query: Query) => rows.find((part) => part.query === query) as ResultPart
  async function writeResults(sessionId: string, names: readonly Query[]): Promise<void> {
    const folder = join(resultsDir, `session_${sessionId}`)
    await mkdir(folder, { recursive: true })
    for (const query of names) await writeFile(join(folder, resultFileNames[query]), encodeResultFile(partOf(query)))
  }

  it('reads the four files when they are there and have settled', async () => {
    const serve = serveUpload(dialect, (socket) => {
      socket.end(encodeStreamedOk('0a1b2c3d', 5, 6))
      setTimeout(() => void writeResults('0a1b2c3d', queries), 50)
    })
    const run = await runOnce(serve, { dialect }, { resultsDir })
    expect(run.completions()).toEqual(['connect ok', 'upload ok', 'results ok'])
    expect(run.completion('upload')).toMatchObject({ value: { sessionId: '0a1b2c3d', answeredRows: 6 } })
    expect(run.deliveries()[0]).toMatchObject({
      channel: 'q1',
      connection: 2,
      value: { digest: { count: 2, sum: 155 } },
    })
    expect(run.events.find((event) => event.type === 'opened' && event.connection === 2)).toMatchObject({
      role: 'results-folder',
    })
  })

  it('passes every byte of the files to the ownership scan', async () => {
    const serve = serveUpload(dialect, (socket) => {
      void writeResults('0a', queries).then(() => socket.end(encodeStreamedOk('0a', 5, 6)))
    })
    const run = await runOnce(serve, { dialect }, { resultsDir })
    const bytes = queries.reduce((sum, query) => sum + encodeResultFile(partOf(query)).length, 0)
    const folder = run.events.find((event) => event.type === 'closed' && event.connection === 2)
    expect(folder).toMatchObject({ bytesIn: bytes, reason: 'ended' })
  })

  it('reads what is there, and says what is not, after the idle limit', async () => {
    const serve = serveUpload(dialect, (socket) => {
      void writeResults('0a', ['q1', 'q3']).then(() => socket.end(encodeStreamedOk('0a', 5, 6)))
    })
    const run = await runOnce(serve, { dialect, resultsIdleLimit: '100ms' }, { resultsDir })
    const missing = ['q2-quantity', 'q2-profit', 'q4']
    expect(run.completion('results')).toMatchObject({ errorCode: 'results-missing', value: { missing } })
    expect(run.channels()).toEqual(['q1', 'q3'])
  })

  it('records a file that is no table of results', async () => {
    const serve = serveUpload(dialect, (socket) => {
      const broken = writeResults('0a', queries).then(() =>
        writeFile(join(resultsDir, 'session_0a', 'query3.csv'), 'half,total\n1,2\n'),
      )
      void broken.then(() => socket.end(encodeStreamedOk('0a', 5, 6)))
    })
    const run = await runOnce(serve, { dialect }, { resultsDir })
    expect(run.channels()).toEqual(['q1', 'q2', 'malformed', 'q4'])
    expect(run.completion('results')).toMatchObject({ errorCode: 'results-missing', value: { missing: ['q3'] } })
  })

  it('says that the results cannot be read where it was not told where they are', async () => {
    const serve = serveUpload(dialect, (socket) => socket.end(encodeStreamedOk('0a', 5, 6)))
    const run = await runOnce(serve, { dialect })
    expect(run.completions().at(-1)).toBe('results results-unreadable')
  })

  it('settles soon after an abort while it waits for files', async () => {
    const serve = serveUpload(dialect, (socket) => socket.end(encodeStreamedOk('0a', 5, 6)))
    const run = await startClient(serve, { dialect, resultsIdleLimit: '1h' }, { resultsDir })
    await run.client.open(run.signal)
    setTimeout(() => run.controller.abort(), 50)
    await run.client.iterate(0, run.signal)
    await run.client.close()
    await run.server.stop()
    expect(run.completions().at(-1)).toBe('results aborted')
  })
})
