import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { runOnce, startClient } from '../../../../test/support/gateway/drive-client.ts'
import type { UploadFrame } from '../wire/dialect.ts'
import { encodeAnswer, encodeResultLine, encodeResultsEnd, getDialect } from '../wire/index.ts'
import type { ResultPart } from '../wire/results.ts'

const results: readonly ResultPart[] = [
  { query: 'q1', rows: [{ transactionId: 't1', finalAmount: 75 }], clientId: 'c' },
  { query: 'q1', rows: [{ transactionId: 't2', finalAmount: 80 }], clientId: 'c' },
  { query: 'q2', metric: 'quantity', rows: [], clientId: 'c' },
  { query: 'q2', metric: 'profit', rows: [], clientId: 'c' },
  { query: 'q3', rows: [{ half: '2024-H1', storeName: 'Shop', storeId: 1, total: 155 }], clientId: 'c' },
  { query: 'q4', rows: [{ storeName: 'Shop', birthdate: '1971-01-01' }], clientId: 'c' },
]
const resultLines = results.map(encodeResultLine)
const allLines = resultLines.join('') + encodeResultsEnd('c')

/** Decodes uploads; `answer` says what is done about each frame, counted from 1 on each connection. */
function serveFrames(answer: (socket: Socket, frame: UploadFrame, count: number) => void) {
  return (socket: Socket) => {
    const decoder = getDialect('acknowledged').createUploadDecoder({ maxFrameBytes: 1e6, maxRows: 1e4 })
    let count = 0
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) answer(socket, frame, ++count)
    })
    socket.on('end', () => socket.end())
  }
}

/** Answers OK to every frame, and sends `lines` after the tenth, which is the last EOF. */
const serveResults = (lines: string) =>
  serveFrames((socket, _frame, count) => {
    socket.write(encodeAnswer(true))
    if (count === 10) socket.write(lines)
  })

describe('an acknowledged upload', () => {
  it('sends every kind in order, each batch and each end waiting for its answer, and takes the results', async () => {
    const frames: string[] = []
    const serve = serveFrames((socket, frame, count) => {
      frames.push(frame.type === 'batch' ? `${frame.batch.kind} ${frame.batch.rows.length}` : frame.type)
      socket.write(encodeAnswer(true))
      if (count === 10) socket.write(allLines)
    })
    const run = await runOnce(serve, { resetBetween: true })
    expect(frames).toEqual([
      ...['users 1', 'end', 'stores 1', 'end', 'menu_items 1', 'end', 'transactions 2', 'end'],
      ...['transaction_items 1', 'end'],
    ])
    const pairs = Array.from({ length: 5 }, () => ['batch ok', 'end-of-kind ok']).flat()
    expect(run.completions()).toEqual(['connect ok', ...pairs, 'upload ok', 'results ok'])
    expect(run.channels()).toEqual(['q1', 'q1', 'q2', 'q2', 'q3', 'q4', 'results-end'])
    expect(run.completion('upload')).toMatchObject({
      value: { batches: 5, rows: 6, expected: { q1: { count: 2, sum: 155 } } },
    })
    expect(run.reusable).toBe(true)
    expect(run.events.at(-1)).toMatchObject({ type: 'closed', reason: 'ended' })
  })

  it('binds every part of the results to the upload that caused it', async () => {
    const run = await runOnce(serveResults(allLines))
    const upload = run.events.find((event) => event.type === 'invocation' && event.operation === 'upload')
    const causes = new Set(run.deliveries().map((delivery) => delivery.causeId))
    expect([...causes]).toEqual([upload && 'operationId' in upload && upload.operationId])
    expect(run.deliveries()[0]).toMatchObject({ value: { query: 'q1', clientId: 'c', digest: { count: 1, sum: 75 } } })
  })

  it('understands answers and lines that come in single bytes', async () => {
    const serve = serveFrames((socket, _frame, count) => {
      const bytes = Buffer.concat([encodeAnswer(true), Buffer.from(count === 10 ? allLines : '')])
      for (const byte of bytes) socket.write(Buffer.of(byte))
    })
    const run = await runOnce(serve)
    expect(run.completions().at(-1)).toBe('results ok')
  })

  it('begins a second upload on the connection with SESSION_RESET', async () => {
    const types: string[] = []
    let ends = 0
    const serve = serveFrames((socket, frame) => {
      types.push(frame.type)
      socket.write(encodeAnswer(true))
      if (frame.type === 'end' && ++ends % 5 === 0) socket.write(allLines)
    })
    const run = await startClient(serve, { resetBetween: true })
    await run.client.open(run.signal)
    expect(await run.client.iterate(0, run.signal)).toBe(true)
    expect(await run.client.iterate(1, run.signal)).toBe(true)
    await run.client.close()
    await run.server.stop()
    expect(types.filter((type) => type === 'reset')).toHaveLength(1)
    expect(types.indexOf('reset')).toBe(10)
    expect(run.completions()).toContain('session-reset ok')
    const uploads = new Set(run.deliveries().map((delivery) => delivery.causeId))
    expect(uploads.size).toBe(2)
  })

  it('does not take the word of a server that says EOF before the other results', async () => {
    const run = await runOnce(serveResults(encodeResultsEnd() + resultLines.join('')))
    expect(run.completions().at(-1)).toBe('results ok')
    expect(run.channels()).toEqual(['results-end', 'q1', 'q1', 'q2', 'q2', 'q3', 'q4'])
  })

  it('understands the lower-case types and summaries of older servers, which name no client', async () => {
    const lines = [
      ...['{"type":"amount_filter_summary","results_count":2}', '{"type":"top_items_by_quantity","results":[]}'],
      ...['{"type":"top_items_by_profit","results":[]}', '{"type":"tpv_summary","results":[]}'],
      ...['{"type":"top_clients_birthdays","results":[]}', '{"type":"eof"}', ''],
    ]
    const run = await runOnce(serveResults(lines.join('\n')))
    expect(run.completions().at(-1)).toBe('results ok')
    expect(run.deliveries()[0]).toMatchObject({ channel: 'q1', value: { totalRows: 2 } })
  })

  it('says which result types are missing when nothing comes for the idle limit', async () => {
    const run = await runOnce(serveResults(resultLines.slice(0, 4).join('') + encodeResultsEnd()), {
      resultsIdleLimit: '50ms',
    })
    expect(run.completions().at(-1)).toBe('results results-missing')
    expect(run.completion('results')).toMatchObject({ outcome: 'failed', value: { missing: ['q3', 'q4'] } })
    expect(run.reusable).toBe(false)
  })

  it.each([
    ['empty parts', { query: 'q1', rows: [] } as const, 'results-missing', '50ms'],
    ['rows', results[0] as ResultPart, 'results-endless', '30s'],
  ])('leaves a server that never stops sending %s', async (_what, part, code, resultsIdleLimit) => {
    const timers: NodeJS.Timeout[] = []
    const serve = serveFrames((socket, _frame, count) => {
      socket.write(encodeAnswer(true))
      if (count === 10) timers.push(setInterval(() => socket.write(encodeResultLine(part)), 2))
    })
    const run = await runOnce(serve, { resultsIdleLimit })
    for (const timer of timers) clearInterval(timer)
    expect(run.completions().at(-1)).toBe(`results ${code}`)
  })

  it('goes on after a line that is not JSON, and records it', async () => {
    const run = await runOnce(serveResults(`{"type":oops}\n${allLines}`))
    expect(run.channels()[0]).toBe('malformed')
    expect(run.completions().at(-1)).toBe('results ok')
  })

  it('records results that come before the upload has ended', async () => {
    const serve = serveFrames((socket, _frame, count) => {
      if (count === 3) socket.write(resultLines[0] as string)
      socket.write(encodeAnswer(true))
      if (count === 10) socket.write(allLines)
    })
    const run = await runOnce(serve)
    const upload = run.events.findIndex((event) => event.type === 'completion' && event.operation === 'upload')
    expect(run.events.findIndex((event) => event.type === 'delivery')).toBeLessThan(upload)
    expect(run.completions().at(-1)).toBe('results ok')
  })

  it('records answers that nobody asked for', async () => {
    const serve = serveFrames((socket, _frame, count) => {
      socket.write(encodeAnswer(true))
      if (count === 10) socket.write(Buffer.concat([encodeAnswer(true), Buffer.from(allLines)]))
    })
    const run = await runOnce(serve)
    expect(run.channels()[0]).toBe('unasked-answer')
    expect(run.completions().at(-1)).toBe('results ok')
  })

  it.each(['left over', '{"left":', '\0\0\0'])('records %j after an answer as stray', async (leftover) => {
    const serve = serveFrames((socket, frame) => {
      if (frame.type === 'malformed') socket.end(Buffer.concat([encodeAnswer(false), Buffer.from(leftover)]))
      else socket.write(encodeAnswer(true))
    })
    const run = await runOnce(serve, { malformedAt: 0.7, resultsIdleLimit: '20ms' })
    const stray = run.events.filter((event) => event.type === 'stray-bytes')
    expect(stray).toMatchObject([{ connection: 1, excerpt: Buffer.from(leftover).toString('hex') }])
  })

  it.each<[string, (socket: Socket) => void]>([
    ['server-error', (socket) => socket.write(encodeAnswer(false))],
    ['truncated-answer', (socket) => socket.end(encodeAnswer(true).subarray(0, 5))],
    ['early-close', (socket) => socket.end()],
    ['connection-lost', (socket) => socket.resetAndDestroy()],
    ['malformed-answer', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n')],
    ['answer-timeout', () => {}],
  ])('ends with %s when the server does that', async (code, act) => {
    const serve = serveFrames((socket, _frame, count) => {
      if (count < 4) socket.write(encodeAnswer(true))
      else act(socket)
    })
    const run = await runOnce(serve, { answerTimeout: '100ms' })
    expect(run.completions().slice(-2)).toEqual([`end-of-kind ${code}`, `upload ${code}`])
    expect(run.completion('upload')).toMatchObject({ value: { batches: 2, rows: 2 } })
    expect(run.reusable).toBe(false)
  })

  it('says that nobody listens', async () => {
    const { client, server, signal, completion } = await startClient(() => {})
    await server.stop()
    expect(await client.open(signal)).toBe(false)
    await client.close()
    expect(completion('connect')).toMatchObject({ outcome: 'failed', errorCode: 'connect-refused' })
  })

  it('settles soon after an abort, wherever it is', async () => {
    const run = await startClient(
      serveFrames(() => {}),
      { answerTimeout: '1h' },
    )
    await run.client.open(run.signal)
    setTimeout(() => run.controller.abort(), 20)
    expect(await run.client.iterate(0, run.signal)).toBe(false)
    await run.client.close()
    await run.server.stop()
    expect(run.completions()).toEqual(['connect ok', 'batch aborted', 'upload aborted'])
  })
})

describe('a disturbing client', () => {
  it('drops the connection within a frame, comes back and uploads the whole', async () => {
    const received: number[] = []
    const serve = (socket: Socket) => {
      socket.on('end', () => received.push(socket.bytesRead))
      serveResults(allLines)(socket)
    }
    const run = await runOnce(serve, { leaveAt: 0.7 })
    expect(run.completions().filter((text) => !/^(batch|end)/.test(text))).toEqual([
      ...['connect ok', 'partial-upload ok', 'connect ok', 'upload ok', 'results ok'],
    ])
    expect(run.events.find((event) => event.type === 'closed')).toMatchObject({ reason: 'dropped' })
    const [partial = 0, whole = 0] = received
    expect(partial).toBeGreaterThan(0)
    expect(partial).toBeLessThan(whole)
  })

  it('sends a malformed frame, whatever comes of it, comes back and uploads the whole', async () => {
    const serve = serveFrames((socket, frame, count) => {
      if (frame.type === 'malformed') return void socket.write(encodeAnswer(false), () => socket.resetAndDestroy())
      socket.write(encodeAnswer(true))
      if (count === 10) socket.write(allLines)
    })
    const run = await runOnce(serve, { malformedAt: 0.7 })
    expect(run.completion('partial-upload')).toMatchObject({ outcome: 'ok', value: { answered: 'error', batches: 4 } })
    expect(run.completions().at(-1)).toBe('results ok')
    expect(run.closings()).toEqual(['ended', 'ended'])
  })

  it('repeats every end and takes one answer to each', async () => {
    const serve = serveFrames((socket, frame, count) => {
      socket.write(encodeAnswer(!(frame.type === 'end' && count % 3 === 0)))
      if (count === 15) socket.write(allLines)
    })
    const run = await runOnce(serve, { duplicateEnd: true })
    expect(run.completions().filter((text) => text === 'duplicate-end ok')).toHaveLength(5)
    expect(run.completion('duplicate-end')).toMatchObject({ value: { ok: false } })
    expect(run.completions().at(-1)).toBe('results ok')
  })
})

describe('a witness', () => {
  it('records what comes without its asking, with no upload as its cause', async () => {
    const run = await startClient((socket) => socket.write(allLines))
    await run.client.open(run.signal)
    const [socket] = run.server.sockets
    socket?.end()
    await run.client.close()
    await run.server.stop()
    expect(run.channels()).toHaveLength(7)
    expect(run.deliveries()[0]).not.toHaveProperty('causeId')
    expect(run.completions()).toEqual(['connect ok'])
  })
})
