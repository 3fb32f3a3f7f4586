import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import {
  startForeignInstruments,
  type User,
  type Variant,
} from '../support/foreign-instruments/start-foreign-instruments.ts'
import { runBin } from '../support/run-bin.ts'

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
  const trying = { rivalShare: 1, namelessShare: 1, viewers: 2, files: 6 }
  const scenario = {
    name: 'foreign',
    targets: { foreign: { system: 'instruments', url: server.url } },
    groups: [
      { ...common, name: 'pairs', clients: pairs, params: { ...facts, ...trying, ...params } },
      { ...common, name: 'witness', clients: 1, witness: 'during' },
    ],
  }
  await writeFile(join(out, 'foreign.yaml'), JSON.stringify(scenario))
  const { stdout, stderr } = await runBin(['run', 'foreign.yaml', '--json', '--quiet', '--out', 'report'], out)
  await server.stop()
  expect(stdout, stderr).not.toBe('')
  return JSON.parse(stdout) as RunReport
}

const correct: Record<string, readonly [Variant, JsonObject?]> = {
  'answers as the description says, and has no sessions of agents to tell of': [{}],
  'does not answer consents, starts and invalid files': [
    { mute: ['consent_logged', 'ack_start_session', 'file_validation_error'] },
    { invalidShare: 0.2, ackPolicy: 'valid-files', answerLimit: '500ms' },
  ],
  'says that a file is done before it tells its viewers': [{ acksFirst: true }],
}

describe('a correct server of somebody else passes that', () => {
  it.each(Object.entries(correct))('%s', async (_name, [variant, params]) => {
    const report = await drive(variant, params)
    expect(report.findings).toEqual([])
    expect([report.verdict, report.exitCode, report.reasons]).toEqual(['pass', 0, []])
    expect(report.coverage['figuresCompared']).toBeGreaterThan(100)
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
