import { describe, expect, it } from 'vitest'
import { PairHistory, planClient, planSetup } from '../../../../test/support/instruments/pair-history.ts'
import type { Json } from '../../../core/json.ts'
import { createExportChecker } from './export-own.ts'
import { findCause } from './find-cause.ts'
import { createStatusChecker } from './status-own.ts'
import { createUpdatesChecker } from './updates-own-user.ts'

const params = { mode: 'cv', segmentsShare: 1 }

/** What a faultless server finds in the file of a client's first session. */
function describeSegments(client: number, filename: string | null = null) {
  const sweeps = planSetup(params, client).pair.sweeps(0)
  return { status: 'success', filename, segments: sweeps.length, lengths: sweeps.map((steps) => steps + 1) }
}

function ask(answer: Json, more: object = {}) {
  const history = new PairHistory({ ...params, ...more })
  history.ask(history.open('viewer'), 'segments', { session: 0 }, answer)
  return history.judge(createUpdatesChecker(history.setup))
}

describe('segments of a file that a viewer has brought along', () => {
  it('are those of the file, however turning points are counted', () => {
    expect(ask(describeSegments(1))).toMatchObject({ examined: 1, undecidable: 0, violations: [] })
    const { segments, lengths } = describeSegments(1)
    const fewer = { status: 'success', filename: null, segments, lengths: lengths.map((length) => length - 1) }
    expect(ask(fewer)).toMatchObject({ examined: 1, violations: [] })
    expect(ask({ ...fewer, lengths: null })).toMatchObject({ examined: 1, violations: [] })
  })

  it('are not judged where the server does not answer, refuses, or says too little', () => {
    expect(ask(null)).toMatchObject({ examined: 0, undecidable: 0, violations: [] })
    expect(ask({ status: 'error', filename: null, segments: null, lengths: null })).toMatchObject({ examined: 0 })
    expect(ask({ status: 'success', filename: null, segments: null, lengths: null })).toMatchObject({ undecidable: 1 })
  })

  it('of another file are known by its name', () => {
    const other = planSetup(params, 2).pair
    const { violations } = ask(describeSegments(2, other.previewFile(0).name))
    expect(violations).toMatchObject([{ class: 'foreign', issuedId: other.handleOf(0) }])
  })

  it('of another file are known by its sweeps, and whose they are', async () => {
    const { violations } = ask(describeSegments(2))
    expect(violations).toMatchObject([{ class: 'foreign', received: { sweeps: describeSegments(2).segments } }])
    const clients = [1, 2, 3].map((client) => planClient(params, client))
    expect(await findCause(violations[0] as never, clients)).toMatchObject({ clients: [2], proof: 'signature' })
  })

  it('are left alone where the analysis of the server is not known', () => {
    expect(ask(describeSegments(2), { scale: 'proportional' })).toMatchObject({ undecidable: 1, violations: [] })
  })

  it('are wrong where nobody has asked for them', () => {
    const history = new PairHistory(params)
    history.deliver(history.open('viewer'), 'cv_segments_response', describeSegments(1))
    const { violations } = history.judge(createUpdatesChecker(history.setup))
    expect(violations).toMatchObject([{ class: 'leaked' }])
  })
})

describe('a viewer without the key of its user', () => {
  const answer = { status: 'success', message: null, sections: [] }
  const history = () => new PairHistory({ viewerKeys: true })

  it('must be told nothing', () => {
    const good = history()
    const keyless = good.open('keyless')
    good.ask(keyless, 'check-keyless', null, good.status(false))
    good.ask(keyless, 'export-keyless', null, { ...answer, status: 'error', sections: null })
    expect(good.judge(createStatusChecker(good.setup))).toMatchObject({ examined: 1, violations: [] })
    expect(good.judge(createExportChecker(good.setup))).toMatchObject({ examined: 1, violations: [] })
  })

  it('is found out where it is told that the agent is there, gets an export, or an update', () => {
    const leaking = history()
    const keyless = leaking.open('keyless')
    leaking.ask(keyless, 'check-keyless', null, leaking.status(true))
    leaking.ask(keyless, 'export-keyless', null, answer)
    leaking.deliver(keyless, 'live_analysis_update', { filename: `${leaking.handle}_15Hz_1.txt` })
    for (const create of [createStatusChecker, createExportChecker, createUpdatesChecker]) {
      expect(leaking.judge(create(leaking.setup)).violations).toMatchObject([{ class: 'leaked' }])
    }
  })
})
