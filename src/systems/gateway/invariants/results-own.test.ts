import { describe, expect, it } from 'vitest'
import { classesOf, messagesOf, UploadHistory } from '../../../../test/support/gateway/upload-history.ts'
import { createMint, deriveRunKey } from '../../../core/marker.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import type { ResultPart } from '../wire/results.ts'
import { createOwnershipChecker } from './results-own.ts'

const mintOf = (client: number, runId = 'run') => createMint(deriveRunKey(runId), 'payload', client)
const arrival = { client: 1 as ClientIndex, group: 'g', indexInGroup: 0, seed: 1, scheduledAtMs: 0 }
const judge = (history: UploadHistory) => history.judge(createOwnershipChecker({ runId: 'run', arrival }))
const uploaded = () => new UploadHistory().connect().begin().end()

const amounts = (mint: (sequence: number) => string, clientId?: string): ResultPart => ({
  query: 'q1',
  rows: [{ transactionId: mint(3), finalAmount: 80 }],
  ...(clientId !== undefined && { clientId }),
})
const totals = (clientId?: string): ResultPart => ({
  query: 'q3',
  rows: [],
  ...(clientId !== undefined && { clientId }),
})

describe('results-own', () => {
  it('is content with own markers, and claims the id beside them', () => {
    const conclusion = judge(
      uploaded()
        .part(amounts(mintOf(1), 'a'), totals('a'))
        .collected(),
    )
    expect(conclusion).toMatchObject({ examined: 2, undecidable: 0, violations: [], issuedIds: ['a'] })
  })

  it('finds the markers of another client, and says whose they are', () => {
    const [violation] = judge(
      uploaded()
        .part(amounts(mintOf(1)), amounts(mintOf(5)))
        .collected(),
    ).violations
    expect(violation).toMatchObject({ class: 'foreign', owner: 5, cause: { proof: 'marker', clients: [5] } })
  })

  it('tells data of another run and altered markers apart', () => {
    const altered = (sequence: number) => mintOf(1)(sequence).replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    const history = uploaded()
      .part(amounts(mintOf(1, 'yesterday')), amounts(altered))
      .collected()
    expect(classesOf(judge(history))).toEqual(['orphan', 'corrupt'])
  })

  it('finds an id that is not its own, to be resolved over all clients', () => {
    const conclusion = judge(
      uploaded()
        .part(amounts(mintOf(1), 'a'), totals('b'))
        .collected(),
    )
    expect(conclusion.violations).toMatchObject([{ class: 'foreign', issuedId: 'b' }])
    expect(messagesOf(conclusion)[0]).toContain('results with the id b, though its own is a')
    expect(conclusion.issuedIds).toEqual(['a'])
  })

  it("finds another's id beside own data, too", () => {
    const conclusion = judge(
      uploaded()
        .part(amounts(mintOf(1), 'b'), amounts(mintOf(1), 'a'), totals('a'))
        .collected(),
    )
    expect(conclusion.violations).toMatchObject([{ class: 'foreign', issuedId: 'b' }])
    expect(conclusion.issuedIds).toEqual(['a'])
  })

  it('never claims the id that came with foreign data', () => {
    const conclusion = judge(
      uploaded()
        .part(amounts(mintOf(5), 'b'), amounts(mintOf(1), 'a'))
        .collected(),
    )
    expect(conclusion.issuedIds).toEqual(['a'])
    expect(conclusion.violations.some(({ issuedId }) => issuedId === 'b')).toBe(true)
  })

  it('claims the id that the answer to the upload gives', () => {
    const conclusion = judge(new UploadHistory().connect().begin().end(undefined, { sessionId: 's' }).collected())
    expect(conclusion.issuedIds).toEqual(['s'])
  })

  it('cannot tell whose an id is without a marker, but that of two one is wrong', () => {
    expect(judge(uploaded().part(totals('a'), totals('a')).collected())).toMatchObject({
      undecidable: 2,
      violations: [],
    })
    expect(judge(uploaded().part(totals('a'), totals('b')).collected()).violations).toHaveLength(1)
    expect(judge(uploaded().part(totals()).collected())).toMatchObject({ examined: 0, undecidable: 1 })
  })

  it('lets every upload have an id of its own', () => {
    const history = uploaded()
      .part(amounts(mintOf(1), 'a'))
      .collected()
      .begin(1)
      .end()
      .part(amounts(mintOf(1), 'b'))
    expect(judge(history)).toMatchObject({ violations: [], issuedIds: ['a', 'b'] })
  })

  it('tells results of a session that it gave up with its connection from late ones', () => {
    const late = uploaded()
      .part(amounts(mintOf(1), 'a'))
      .begin(1)
      .end()
      .part(totals('a'), amounts(mintOf(1), 'b'))
    expect(judge(late).violations).toEqual([])
    const stale = uploaded()
      .part(amounts(mintOf(1), 'a'))
      .connect()
      .begin(1)
      .end()
    const conclusion = judge(stale.part(totals('a'), amounts(mintOf(1), 'b')))
    expect(conclusion.violations).toMatchObject([{ class: 'stale-epoch', owner: 1 }])
  })

  it('finds results for a client that has sent nothing', () => {
    const history = new UploadHistory().connect().deliver('q3', { query: 'q3', rows: [] }, 0)
    expect(messagesOf(judge(history))[0]).toContain('before it had sent anything')
  })
})
