import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Socket } from 'socket.io'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import {
  type Message,
  startForeignInstruments,
  type User,
  type Variant,
} from '../support/foreign-instruments/start-foreign-instruments.ts'
import { createMemoryIo } from '../support/memory-io.ts'

/*
 * The product is made for servers that we have not written. These here are written from the description of the
 * protocol alone and share no code with `src/`.
 */
const token = 'a-token'
const pairs = 4

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcsim-foreign-'))
})
afterAll(() => rm(cwd, { recursive: true }))

async function drive(variant: Variant, params: JsonObject = {}): Promise<RunReport> {
  const server = await startForeignInstruments(token, variant)
  const out = await mkdtemp(join(cwd, 'run-'))
  const common = { system: 'instruments', target: 'foreign' }
  const facts = {
    agentToken: token,
    scale: 'proportional',
    tolerance: 1e-4,
    requestLimit: '300ms',
    settleTime: '300ms',
  }
  const { transport = 'websocket' } = params
  const trying = { rivalShare: 1, namelessShare: 1, viewers: 2, files: 6 }
  const scenario = {
    name: 'foreign',
    targets: { foreign: { system: 'instruments', url: server.url } },
    groups: [
      { ...common, name: 'pairs', clients: pairs, params: { ...facts, ...trying, ...params } },
      { ...common, name: 'alone', clients: 1, params: { ...facts, transport, agent: false } },
      { ...common, name: 'witness', clients: 1, witness: 'during', params: { transport } },
    ],
  }
  await writeFile(join(out, 'foreign.yaml'), JSON.stringify(scenario))
  const io = createMemoryIo({ cwd: out })
  await main(['run', 'foreign.yaml', '--json', '--quiet', '--threads', '0', '--out', 'report'], io)
  await server.stop()
  expect(io.out(), io.err()).not.toBe('')
  return JSON.parse(io.out()) as RunReport
}

const correct: Record<string, readonly [Variant, JsonObject?]> = {
  'answers as the description says, and has no sessions of agents to tell of': [{}],
  'does not answer consents, starts and invalid files': [
    { mute: ['consent_logged', 'ack_start_session', 'file_validation_error'] },
    { invalidShare: 0.2, ackPolicy: 'valid-files', answerLimit: '500ms' },
  ],
  'says that a file is done before it tells its viewers': [{ acksFirst: true }],
  'answers nothing but files and exports': [
    {
      mute: [
        'session_info',
        'agent_status',
        'agent_connection_status',
        'ack_start_session',
        'consent_logged',
        'file_validation_error',
      ],
    },
    { ackPolicy: 'valid-files', invalidShare: 0.2, answerLimit: '500ms' },
  ],
  'lets in whom it refuses for a while': [{ refusesAfterMs: 100 }],
  'speaks over long polling alone': [{ transports: ['polling'] }, { transport: 'polling' }],
  'takes it from agents that leave in the middle of a file and come back': [{}, { leaveShare: 0.3, away: '20ms' }],
  'tells figures in microamperes and counts electrodes from zero': [
    {
      route: ({ event, to, value }) => [[to, event === 'live_analysis_update' ? inMicroamperes(value) : value]],
    },
  ],
}

type Update = {
  individual_analysis: Record<string, unknown>
  trend_data: { peak_current_trends: Record<string, number[]> }
}

function inMicroamperes(value: object): object {
  const { individual_analysis: one, trend_data: trend } = value as Update
  const peaks = Object.entries(trend.peak_current_trends).map(([key, list]) => [
    key,
    list.map((peak) => (peak === null ? null : peak * 1e6)),
  ])
  return {
    ...value,
    individual_analysis: { ...one, peak_value: Number(one['peak_value']) * 1e6 },
    trend_data: { ...trend, peak_current_trends: Object.fromEntries(peaks) },
  }
}

const agentsOf = ({ users }: Message) => users.map(({ agent }) => agent)
/** Beside whom it is for, also to these. */
const alsoTo =
  (event: string, others: (message: Message) => readonly Socket[]) =>
  (message: Message): readonly (readonly [Socket, object])[] => {
    const also = message.event === event ? others(message).filter((socket) => socket !== message.to) : []
    return [message.to, ...also].map((socket) => [socket, message.value] as const)
  }
const changed =
  (event: string, change: (message: Message) => object) =>
  (message: Message): readonly (readonly [Socket, object])[] => [
    [message.to, message.event === event ? change(message) : message.value],
  ]

describe('a correct server of somebody else passes that', () => {
  it.each(Object.entries(correct))('%s', async (_name, [variant, params]) => {
    const report = await drive(variant, params)
    expect(report.findings).toEqual([])
    expect([report.verdict, report.exitCode, report.reasons]).toEqual(['pass', 0, []])
    expect(report.coverage['answersCompared']).toBeGreaterThan(100)
  })
})

const last = (users: readonly User[]) => users.at(-1) as User
const first = (users: readonly User[]) => users[0] as User
const contents = new Map<string, string>()

const leaking: Record<string, readonly [invariant: string, Variant, JsonObject?]> = {
  'updates to the viewers of another as well': [
    'updates-own-user',
    { viewersOf: (user, users) => [...user.viewers, ...last(users).viewers] },
  ],
  'answers to the last agent': [
    'acks-own-agent',
    { ackTo: (_user, users) => last(users).agent },
    { answerLimit: '200ms', files: 2 },
  ],
  'instructions to the last agent': ['instructions-right-agent', { instruct: (_user, users) => last(users).agent }],
  'the export of the first user': ['export-own', { exported: (_user, users) => first(users) }],
  'peaks of the file that had the name first': [
    'results-exact',
    {
      read(content, filename) {
        contents.set(filename, contents.get(filename) ?? content)
        return contents.get(filename) as string
      },
    },
    { cohort: 'colliding' },
  ],
  'service to a second agent': ['no-takeover', { takesOver: true }],
  'instructions to all agents': ['instructions-right-agent', { route: alsoTo('set_filters', agentsOf) }],
  'orders to stop to all agents': ['instructions-right-agent', { route: alsoTo('stop_data_stream', agentsOf) }],
  'answers to all agents': ['acks-own-agent', { route: alsoTo('file_processing_complete', agentsOf) }],
  'refusals of files to all agents': [
    'acks-own-agent',
    { route: alsoTo('file_validation_error', agentsOf) },
    { invalidShare: 0.5 },
  ],
  'updates to the agent as well': [
    'updates-own-user',
    {
      route: (message) =>
        alsoTo('live_analysis_update', ({ users, to }) =>
          users.filter(({ viewers }) => viewers.has(to)).map(({ agent }) => agent),
        )(message),
    },
  ],
  'every update twice': ['results-exact', { route: alsoTwice('live_analysis_update') }],
  'exports to whoever asked last': [
    'export-own',
    {
      route: ({ event, to, value, users }) => [
        [event === 'export_data_response' ? (lastViewer(users) ?? to) : to, value],
      ],
    },
    { requestLimit: '200ms' },
  ],
  'trends in which one file is of another user': [
    'results-exact',
    {
      route: changed('live_analysis_update', ({ value, users }) => ({
        ...value,
        trend_data: foreignTrend(value, users),
      })),
    },
  ],
  'the curve of another user under the right peak': [
    'results-exact',
    { route: changed('live_analysis_update', keepFirstCurve()) },
  ],
  'no update of every fifth file': [
    'results-exact',
    { route: ({ event, to, value }) => (event === 'live_analysis_update' && isFifth(value) ? [] : [[to, value]]) },
  ],
  'the user id of another in its status': [
    'status-own',
    { route: changed('agent_connection_status', ({ value, users }) => ({ ...value, user_id: first(users)?.id })) },
  ],
  'that an agent is there, to viewers of users without one': [
    'status-own',
    { route: changed('agent_connection_status', ({ value }) => ({ ...value, status: 'connected' })) },
  ],
  'who another agent is, when one registers': [
    'ownership',
    {
      greetsAgents: true,
      route: changed('session_info', ({ value, users }) => ({ ...value, user_id: first(users)?.id ?? '' })),
    },
  ],
}

function alsoTwice(name: string) {
  return ({ event, to, value }: Message): readonly (readonly [Socket, object])[] =>
    event === name
      ? [
          [to, value],
          [to, value],
        ]
      : [[to, value]]
}
const lastViewer = (users: readonly User[]) => users.flatMap(({ viewers }) => [...viewers]).at(-1)
const isFifth = (value: object) => /_3\.txt$/.test((value as { filename: string }).filename)
function keepFirstCurve() {
  let curve: unknown
  return ({ value }: Message) => {
    const analysis = value['individual_analysis'] as Record<string, unknown>
    curve ??= analysis['raw_currents']
    return { ...value, individual_analysis: { ...analysis, raw_currents: curve } }
  }
}
function foreignTrend(value: object, users: readonly User[]) {
  const { trend_data: trend } = value as Update
  const [other] = users
  const peaks = Object.entries(trend.peak_current_trends).map(([key, list]) => {
    const theirs = other?.peaks.get(`1 ${key}`)
    return [key, theirs === undefined ? list : [theirs, ...list.slice(1)]]
  })
  return { ...trend, peak_current_trends: Object.fromEntries(peaks) }
}

describe('a server of somebody else fails that sends', () => {
  it.each(Object.entries(leaking))('%s', async (_name, [invariant, variant, params]) => {
    const report = await drive(variant, params)
    expect([report.verdict, report.exitCode]).toEqual(['fail', 1])
    const red = report.invariants.filter(({ violations }) => violations > 0).map(({ name }) => name)
    expect(red).toContain(invariant)
    for (const owner of report.findings.flatMap(({ owners }) => owners)) expect(owner).toBeLessThan(pairs)
  })
})
