import { describe, expect, it } from 'vitest'
import {
  describeUpdate,
  PairHistory,
  planClient,
  planSetup,
} from '../../../../test/support/instruments/pair-history.ts'
import { createSharing } from '../../../check/create-sharing.ts'
import type { Conclusion } from '../../../core/check.ts'
import { createMint, deriveRunKey } from '../../../core/marker.ts'
import type { PlannedFile } from '../workload/plan-pair.ts'
import { createAcksChecker } from './acks-own-agent.ts'
import { createExportChecker } from './export-own.ts'
import { findCause } from './find-cause.ts'
import { createGraceChecker } from './grace-keeps-session.ts'
import { createInstructionsChecker } from './instructions-right-agent.ts'
import { createNamelessChecker, createRivalChecker } from './refusals.ts'
import { createResultsChecker } from './results-exact.ts'
import { createStatusChecker } from './status-own.ts'
import { createUpdatesChecker } from './updates-own-user.ts'

const update = 'live_analysis_update'
const classes = ({ violations }: Conclusion) => violations.map((violation) => violation.class)

/** An agent that is registered, and a viewer that has started its session. */
function begin(params = {}) {
  const history = new PairHistory({ files: 4, ...params })
  const viewer = history.open('viewer')
  const agent = history.open('agent')
  history.register(agent).check(viewer).start(viewer)
  return { history, agent, viewer, files: history.files, setup: history.setup }
}

/** Sends files, each with the update that a faultless server gives. */
function run({ history, agent, viewer, files, setup }: ReturnType<typeof begin>, count = files.length, scale = 1) {
  for (let i = 0; i < count; i++) {
    const file = files[i] as PlannedFile
    const operation = history.invoke(agent, 'send-file', { filename: file.name })
    history.deliver(viewer, update, describeUpdate(setup, files.slice(0, i + 1), file, scale))
    history.complete(agent, 'send-file', operation, { answer: 'complete', filename: file.name })
  }
}

describe('updates-own-user', () => {
  it('finds nothing wrong with own updates, and has examined them', () => {
    const pair = begin()
    run(pair)
    const conclusion = pair.history.judge(createUpdatesChecker(pair.setup))
    expect(conclusion).toMatchObject({ examined: 4, violations: [], issuedIds: [pair.history.handle] })
  })

  it('catches the file of another, and says by which handle it is known', () => {
    const { history, viewer, setup } = begin()
    const other = planSetup({ files: 4 }, 2)
    const [file] = other.pair.listFiles(0) as [PlannedFile]
    history.deliver(viewer, update, describeUpdate(other, [file], file))
    const { violations } = history.judge(createUpdatesChecker(setup))
    expect(violations).toMatchObject([{ class: 'foreign', recipient: 1, issuedId: other.pair.handleOf(0) }])
  })

  it('catches an own file that was not sent yet, as where names collide', () => {
    const { history, viewer, setup, files } = begin({ cohort: 'colliding' })
    history.deliver(viewer, update, describeUpdate(setup, files.slice(0, 1), files[0] as PlannedFile))
    expect(classes(history.judge(createUpdatesChecker(setup)))).toEqual(['foreign'])
  })

  it('catches an update at an agent, and at a viewer that has asked for nobody', () => {
    const { history, agent, setup, files } = begin()
    const value = describeUpdate(setup, files.slice(0, 1), files[0] as PlannedFile)
    history.deliver(agent, update, value).deliver(history.open('viewer'), update, value)
    expect(classes(history.judge(createUpdatesChecker(setup)))).toEqual(['leaked', 'leaked'])
  })

  it('compares the peaks of a preview', () => {
    const { history, viewer, setup } = begin({ mode: 'cv' })
    const file = setup.pair.previewFile(0)
    const anodic = setup.expected.figure('anodic', file, null)
    const cathodic = setup.expected.figure('cathodic', file, null)
    const value = { filename: file.name, anodic, cathodic, segments: 2 }
    history.ask(viewer, 'preview', { session: 0, handle: history.handle }, value)
    expect(history.judge(createUpdatesChecker(setup))).toMatchObject({ examined: 1, violations: [] })
    history.deliver(viewer, 'cv_preview_response', { ...value, anodic: anodic * 1.1 })
    expect(classes(history.judge(createUpdatesChecker(setup)))).toEqual(['foreign'])
  })
})

describe('results-exact', () => {
  it('finds nothing wrong with what the plan gives', () => {
    const pair = begin()
    run(pair)
    pair.history.check(pair.viewer, true, 0)
    const conclusion = pair.history.judge(createResultsChecker(pair.setup))
    expect(conclusion.violations).toEqual([])
    expect(conclusion.examined).toBeGreaterThan(20)
  })

  it('catches a peak that is another’s, and knows whose it is', async () => {
    const { history, agent, viewer, files, setup } = begin()
    const other = planSetup({ files: 4 }, 2)
    const [file] = files as [PlannedFile]
    history.send(agent, file)
    history.deliver(viewer, update, {
      ...describeUpdate(setup, [file], file),
      peak: other.expected.figure('peak', file, null),
    })
    const { violations } = history.judge(createResultsChecker(setup))
    expect(violations).toMatchObject([{ class: 'wrong', recipient: 1 }])
    const clients = [0, 1, 2, 3].map((client) => planClient({ files: 4 }, client))
    const cause = await findCause(violations[0] as never, clients)
    expect(cause).toMatchObject({ clients: [2], proof: 'signature' })
    expect(await findCause({ ...(violations[0] as object), received: null } as never, clients)).toBeUndefined()
  })

  it('catches a missing update, once all that was owed had to be there', () => {
    const { history, agent, viewer, files, setup } = begin()
    history.send(agent, files[0] as PlannedFile).check(viewer, true, null)
    expect(history.judge(createResultsChecker(setup)).violations).toEqual([])
    history.check(viewer, true, 0)
    expect(classes(history.judge(createResultsChecker(setup)))).toEqual(['lost'])
  })

  it('says nothing of what was sent before a viewer had asked', () => {
    const { history, agent, files, setup } = begin()
    history.send(agent, files[0] as PlannedFile)
    const late = history.open('viewer')
    history.check(late).check(late, true, 0)
    expect(history.judge(createResultsChecker(setup)).violations).toEqual([])
  })

  it('catches an update that came more often than its file was sent', () => {
    const pair = begin()
    run(pair, 1)
    const [file] = pair.files as [PlannedFile]
    pair.history.deliver(pair.viewer, update, describeUpdate(pair.setup, [file], file))
    expect(classes(pair.history.judge(createResultsChecker(pair.setup)))).toEqual(['duplicate'])
  })

  it('catches a trend that lacks a file which was done, or has one that was never sent', () => {
    const pair = begin()
    run(pair, 2)
    const { history, agent, viewer, files, setup } = pair
    const third = files[2] as PlannedFile
    history.send(agent, third)
    history.deliver(viewer, update, describeUpdate(setup, files.slice(1, 3), third))
    expect(classes(history.judge(createResultsChecker(setup)))).toContain('lost')
    const early = begin()
    early.history.send(early.agent, files[0] as PlannedFile)
    early.history.deliver(early.viewer, update, describeUpdate(setup, files.slice(0, 3), files[0] as PlannedFile))
    expect(classes(early.history.judge(createResultsChecker(early.setup)))).toEqual(['foreign', 'foreign'])
  })

  it('needs only one scale for all figures where the analysis is not known', () => {
    const pair = begin({ scale: 'proportional' })
    run(pair, 4, 0.96)
    expect(pair.history.judge(createResultsChecker(pair.setup)).violations).toEqual([])
    const [file] = pair.files as [PlannedFile]
    pair.history.send(pair.agent, file)
    pair.history.deliver(pair.viewer, update, describeUpdate(pair.setup, [file], file, 1.3))
    const found = classes(pair.history.judge(createResultsChecker(pair.setup)))
    expect(found.filter((one) => one === 'wrong')).toHaveLength(2)
  })
})

describe('acks-own-agent', () => {
  const done = 'file_processing_complete'

  it('accepts one answer for each time that a file was sent', () => {
    const { history, agent, files, setup } = begin()
    const [file] = files as [PlannedFile]
    history.ask(agent, 'send-file', { filename: file.name }, null, 'connection-lost').send(agent, file)
    history.deliver(agent, done, { answer: 'complete', filename: file.name })
    expect(history.judge(createAcksChecker(setup))).toMatchObject({ examined: 2, violations: [] })
    history.deliver(agent, done, { answer: 'complete', filename: file.name })
    expect(classes(history.judge(createAcksChecker(setup)))).toEqual(['duplicate'])
  })

  it('catches an answer for another’s file, and one at a viewer', () => {
    const { history, agent, viewer, files, setup } = begin()
    history.deliver(agent, done, { answer: 'complete', filename: 'other_15Hz_1.txt' })
    history.deliver(viewer, done, { answer: 'complete', filename: files[0]?.name ?? '' })
    expect(classes(history.judge(createAcksChecker(setup)))).toEqual(['foreign', 'leaked'])
  })

  it('calls an answer lost only where the connection was alive afterwards, and it never came', () => {
    const lose = () => {
      const pair = begin()
      const filename = pair.files[0]?.name ?? ''
      pair.history.ask(pair.agent, 'send-file', { filename }, null, 'answer-timeout')
      return { ...pair, filename }
    }
    const dead = lose()
    expect(dead.history.judge(createAcksChecker(dead.setup))).toMatchObject({ undecidable: 1, violations: [] })
    const alive = lose()
    alive.history.prove(alive.agent)
    expect(classes(alive.history.judge(createAcksChecker(alive.setup)))).toEqual(['lost'])
    const late = lose()
    late.history.prove(late.agent).deliver(late.agent, done, { answer: 'complete', filename: late.filename })
    expect(late.history.judge(createAcksChecker(late.setup)).violations).toEqual([])
  })

  it('wants an answer to an invalid file where the target gives one', () => {
    const judge = (ackPolicy: string) => {
      const { history, agent, setup } = begin({ ackPolicy })
      history.ask(agent, 'send-invalid', { filename: 'x.exe' }, null).prove(agent)
      return classes(history.judge(createAcksChecker(setup)))
    }
    expect(judge('every-file')).toEqual(['lost'])
    expect(judge('valid-files')).toEqual([])
  })
})

describe('instructions-right-agent', () => {
  it('accepts what the own viewers gave, and catches what they did not', () => {
    const { history, agent, viewer, setup } = begin()
    history.deliver(agent, 'set_filters', { handle: history.handle, isPreview: false })
    history.ask(viewer, 'stop', null, null).deliver(agent, 'stop_data_stream', {})
    expect(history.judge(createInstructionsChecker(setup))).toMatchObject({ examined: 2, violations: [] })
    history.deliver(agent, 'stop_data_stream', {})
    history.deliver(agent, 'set_filters', { handle: 'another', isPreview: false })
    history.deliver(agent, 'set_filters', { handle: history.handle, isPreview: false })
    history.deliver(viewer, 'set_filters', { handle: history.handle, isPreview: false })
    expect(classes(history.judge(createInstructionsChecker(setup)))).toEqual([
      'foreign',
      'foreign',
      'foreign',
      'leaked',
    ])
  })

  it('calls them lost only where it is certain that they should have come', () => {
    const judge = (certain: boolean) => {
      const { history, agent, setup } = begin()
      history.ask(agent, 'await-stop', null, { arrived: false, certain })
      return history.judge(createInstructionsChecker(setup))
    }
    expect(classes(judge(true))).toEqual(['lost'])
    expect(judge(false)).toMatchObject({ undecidable: 1, violations: [] })
  })
})

describe('status-own', () => {
  it('catches what is told of another user’s agent, or of one that there never was', () => {
    const { history, viewer, setup } = begin()
    history.deliver(viewer, 'agent_status', history.status(true, 'another'))
    expect(history.judge(createStatusChecker(setup)).violations).toMatchObject([
      { class: 'foreign', issuedId: 'another' },
    ])
    const alone = new PairHistory({ agent: false })
    alone.deliver(alone.open('viewer'), 'agent_status', alone.status(true, null))
    expect(classes(alone.judge(createStatusChecker(alone.setup)))).toEqual(['leaked'])
  })

  it('takes what is told of another user for shared where the scenario declares it so', () => {
    const { history, viewer, setup } = begin()
    const another = createMint(deriveRunKey(setup.client.runId), 'identity', setup.client.arrival.client + 1)(0)
    history.deliver(viewer, 'agent_status', history.status(true, another))
    const judgeShared = (visibility: 'group' | 'public', isPeer: boolean) =>
      classes(
        history.judge(
          createStatusChecker(
            setup,
            createSharing({ agent_status: visibility }, () => isPeer),
          ),
        ),
      )
    expect(classes(history.judge(createStatusChecker(setup)))).toEqual(['foreign'])
    expect(judgeShared('public', false)).toEqual([])
    expect(judgeShared('group', true)).toEqual([])
    expect(judgeShared('group', false)).toEqual(['foreign'])
  })

  it('believes that the agent is gone until its connection shows that it was not', () => {
    const { history, agent, viewer, setup } = begin()
    history.check(viewer, false)
    expect(history.judge(createStatusChecker(setup))).toMatchObject({ undecidable: 1, violations: [] })
    history.prove(agent)
    expect(classes(history.judge(createStatusChecker(setup)))).toEqual(['wrong'])
  })

  it('takes only an answer to a later request for proof', () => {
    const { history, agent, viewer, setup } = begin()
    const earlier = history.check(viewer, false).invoke(agent, 'consent', null)
    history.check(viewer, false).complete(agent, 'consent', earlier, history.status(null))
    expect(history.judge(createStatusChecker(setup))).toMatchObject({
      undecidable: 1,
      violations: [{ class: 'wrong' }],
    })
  })

  it('says nothing of an agent that came back meanwhile', () => {
    const { history, agent, viewer, setup } = begin()
    const operation = history.leave(agent).invoke(viewer, 'check', { endsSession: null })
    const back = history.open('agent')
    history.register(back).complete(viewer, 'check', operation, history.status(false)).prove(back)
    expect(history.judge(createStatusChecker(setup)).violations).toEqual([])
  })
})

describe('export-own', () => {
  const exported = (history: PairHistory, files: readonly PlannedFile[], scale = 1) => ({
    status: 'success',
    message: null,
    sections: [15, 100].map((frequency) => ({
      name: `Peak Current ${frequency}Hz (A)`,
      columns: ['File_Number', 'E1_Peak_A', 'Mean_Peak_A', 'Std_Peak_A'],
      rows: files
        .filter((file) => file.frequency === frequency)
        .map((file) => {
          const peak = history.setup.expected.figure('peak', file, 0) * scale
          return [file.number, peak, peak, 0]
        }),
    })),
  })

  it('wants all files that were done, with their own figures', () => {
    const judge = (from: number, to: number, scale = 1) => {
      const { history, agent, viewer, files, setup } = begin()
      for (const file of files.slice(0, 3)) history.send(agent, file)
      history.ask(viewer, 'export', { session: 0 }, exported(history, files.slice(from, to), scale))
      return history.judge(createExportChecker(setup))
    }
    expect(judge(0, 3)).toMatchObject({ examined: 9, violations: [] })
    expect(classes(judge(1, 3))).toEqual(['lost'])
    expect(classes(judge(0, 4))).toEqual(['foreign', 'foreign'])
    expect(classes(judge(0, 3, 1.1))).toHaveLength(6)
  })

  it('catches data for a user that has no agent, and none where there must be some', () => {
    const alone = new PairHistory({ agent: false })
    alone.ask(alone.open('viewer'), 'export', { session: 0 }, exported(alone, []))
    expect(classes(alone.judge(createExportChecker(alone.setup)))).toEqual(['leaked'])
    const { history, agent, viewer, files, setup } = begin()
    const refusal = { status: 'error', message: 'No data available to export.', sections: null }
    history.send(agent, files[0] as PlannedFile).ask(viewer, 'export', { session: 0 }, refusal)
    expect(classes(history.judge(createExportChecker(setup)))).toEqual(['lost'])
  })

  it.each([
    ['to its session, wants all that was done in it', 'session-1', ['lost']],
    ['to another session, which has nothing of the old, says nothing', 'session-2', []],
  ])('of an agent that came back %s', (_, session, found) => {
    const { history, agent, viewer, files, setup } = begin()
    const refusal = { status: 'error', message: 'No data available to export.', sections: null }
    history
      .send(agent, files[0] as PlannedFile)
      .leave(agent)
      .register(history.open('agent'), session)
    history.ask(viewer, 'export', { session: 0 }, refusal)
    expect(classes(history.judge(createExportChecker(setup)))).toEqual(found)
  })
})

describe('no-id-no-service and no-takeover', () => {
  const judge = (create: typeof createRivalChecker, operation: string, served: boolean | null, isHeld = true) => {
    const history = new PairHistory()
    history.ask(history.open('rival'), operation, null, { served, evidence: 'x', isHeld })
    return history.judge(create(history.setup))
  }

  it('go by what was served', () => {
    for (const [create, operation] of [
      [createRivalChecker, 'probe-rival'],
      [createNamelessChecker, 'probe-nameless'],
    ] as const) {
      expect(classes(judge(create, operation, true))).toEqual(['wrong'])
      expect(judge(create, operation, false)).toMatchObject({ examined: 1, violations: [] })
      expect(judge(create, operation, null)).toMatchObject({ examined: 0, undecidable: 1 })
    }
    expect(judge(createRivalChecker, 'probe-rival', true, false)).toMatchObject({ undecidable: 1, violations: [] })
  })
})

describe('grace-keeps-session', () => {
  const comeBack = (awayMs: number, sessionId: string) => {
    const pair = begin({ leaveShare: 0.5, grace: '2s' })
    pair.history.prove(pair.agent).leave(pair.agent).wait(awayMs)
    const back = pair.history.open('agent')
    pair.history.register(back, sessionId)
    return { ...pair, back }
  }
  const judge = ({ history, setup }: ReturnType<typeof begin>) => history.judge(createGraceChecker(setup))

  it('says nothing of an agent whose server may have given it up before it left', () => {
    const { history, agent, setup } = begin({ leaveShare: 0.5, grace: '2s' })
    history.prove(agent).wait(1900).leave(agent).wait(200).register(history.open('agent'), 'session-2')
    expect(history.judge(createGraceChecker(setup))).toMatchObject({ undecidable: 1, violations: [] })
  })

  it('wants the same session within the grace, and says nothing beyond it', () => {
    expect(judge(comeBack(1900, 'session-1'))).toMatchObject({ examined: 1, violations: [] })
    expect(classes(judge(comeBack(1900, 'session-2')))).toEqual(['lost'])
    expect(judge(comeBack(2100, 'session-2'))).toMatchObject({ undecidable: 1, violations: [] })
  })

  it('counts from the last sign of life where the connection was not ended by the agent', () => {
    const { history, agent, setup } = begin({ leaveShare: 0.5, grace: '2s' })
    history.prove(agent).wait(1500).close(agent).wait(1000)
    history.register(history.open('agent'), 'session-2')
    expect(history.judge(createGraceChecker(setup))).toMatchObject({ undecidable: 1, violations: [] })
  })

  it('catches an agent that is rejected for ever, unless its connection fell silent', () => {
    const reject = (how: string) => {
      const pair = begin({ leaveShare: 0.5, grace: '2s' })
      pair.history.leave(pair.agent, how).wait(9000).ask(pair.agent, 'return', null, null, 'rejected')
      return judge(pair)
    }
    expect(classes(reject('within-grace'))).toEqual(['lost'])
    expect(reject('silent')).toMatchObject({ undecidable: 1, violations: [] })
  })

  it('catches viewers being told too early that the agent is gone', () => {
    const told = (awayMs: number) => {
      const pair = begin({ leaveShare: 0.5, grace: '2s' })
      pair.history.prove(pair.agent).leave(pair.agent).wait(awayMs)
      pair.history.deliver(pair.viewer, 'agent_status', pair.history.status(false))
      return judge(pair)
    }
    expect(classes(told(100))).toEqual(['lost'])
    expect(told(2100).violations).toEqual([])
    const late = comeBack(1000, 'session-1')
    late.history.wait(1000).deliver(late.viewer, 'agent_status', late.history.status(false))
    expect(classes(judge(late))).toEqual(['lost'])
  })

  it('says nothing of what an earlier end may have left on its way', () => {
    const late = comeBack(3000, 'session-2')
    late.history.deliver(late.viewer, 'agent_status', late.history.status(false))
    expect(judge(late).violations).toEqual([])
  })
})
