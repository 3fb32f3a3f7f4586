import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { startForeignReplay } from '../support/foreign-replay/start-foreign-replay.ts'
import type { Traits } from '../support/foreign-replay/traits.ts'
import { expectFaultless, useRunFolder } from '../support/use-run-folder.ts'

/*
 * The product is made for servers that we have not written. These here are written from the description of the protocol
 * alone and share no code with `src/`.
 */
interface Case {
  /** How the server differs from the documented one. */
  readonly traits: Partial<Traits>
  /** What has to be said of it, and what its viewers do. */
  readonly params?: JsonObject
}

const nameless = { tells: [], envelope: 'bare' } as const
const shortData = { rows: 60 } as const

const correct: Record<string, Case> = {
  'does as the description says': { traits: {} },
  'makes sessions by their first sockets, and tells neither names nor cursors': {
    traits: { ...nameless, dialect: 'session-first', cursor: 'absent' },
  },
  'wraps its snapshots, spells in lower case, and says more than anybody knows': {
    traits: {
      envelope: 'wrapped',
      lowerCase: true,
      chatty: true,
      time: 'zoned',
      tells: ['session_id', 'symbol', 'mode', 'seq'],
    },
  },
  'means the next snapshot by its cursor, in irregular steps and rounded numbers': {
    traits: { cursor: 'next', steps: 'irregular', time: 'seconds', numbers: 'rounded' },
  },
  'has several snapshots in each second, and sends the data before the cursor as a history': {
    traits: { ...nameless, steps: 'coarse', history: 'window' },
  },
  'sends each new session 100 snapshots, and its answers in chunks': {
    traits: { history: 'warm', body: 'chunked', unknown: 200, tells: [] },
  },
  'sends no history, says little, and keeps no connection': {
    traits: { history: 'none', answers: 'few', body: 'closing', tells: [] },
    params: { history: false },
  },
  'stops and rewinds with a switch, and restarts with a start': {
    traits: { onSwitch: { state: 'stops', cursor: 'resets' }, start: 'restarts', stop: 'keeps', time: 'ms' },
  },
  'plays as soon as it has switched': {
    traits: { ...nameless, onSwitch: { state: 'plays', cursor: 'keeps' }, cursor: 'null' },
    params: { switchPlays: true },
  },
  'stops at the end of its data': { traits: { ...shortData, cursor: 'null' } },
  'begins anew at the end of its data, and plays to nobody as well': {
    traits: { ...shortData, ...nameless, end: 'wraps', unwatched: 'plays' },
  },
  'plays from the first moment': { traits: { autoplay: true, unwatched: 'plays' }, params: { autoplay: true } },
  'has had enough of requests now and then': { traits: { limit: { requests: 25, inMs: 500 } }, params: { acts: 3 } },
  'is slow, and its snapshots come 400 ms late': {
    traits: { slowMs: 60, loop: 'late' },
    params: { settle: '2s' },
  },
  'stalls and makes up for it, and closes each socket after a while': {
    traits: { loop: 'bursting', socketLifeMs: 400, tells: ['symbol'] },
  },
}

/** Ten times as fast as people and their markets are. */
const living = { acts: 5, watch: '80ms', period: '25ms', settle: '500ms', catchUp: '400ms' }
const viewers = 4

describe.concurrent('a replay server of somebody else', () => {
  const run = useRunFolder()

  async function drive(name: string, { traits, params }: Case) {
    const server = await startForeignReplay(traits)
    try {
      const own = { ...living, dialect: traits.dialect ?? 'session-last', ...params }
      return await run(name.replace(/\W+/g, '-').slice(0, 40), createScenario(server.url, own))
    } finally {
      await server.stop()
    }
  }

  it.each(Object.entries(correct))('passes that %s', async (name, given) => {
    const report = await drive(name, given)
    expectFaultless(report)
    expect(report.exitCode).toBe(0)
    expect(report.coverage.decidableDeliveries).toBeGreaterThan(40)
  })

  it.each(Object.entries(leaking))('fails that %s', async (name, given) => {
    const report = await drive(name, given)
    expect(report.exitCode).toBe(1)
    const red = report.invariants.filter(({ violations }) => violations > 0).map((invariant) => invariant.name)
    expect(red).toContain(given.red)
    const owners = report.findings.flatMap((finding) => finding.owners)
    if (given.blame === 'owner') expect(owners).not.toEqual([])
    for (const owner of owners) expect(owner).toBeLessThan(viewers)
    const proofs = report.findings.map(({ violation }) => violation.cause?.proof)
    if (given.blame === 'suspects') expect(proofs).toContain('suspected')
  })
})

interface LeakCase extends Case {
  readonly red: string
  /** What can be known of who it was. */
  readonly blame?: 'owner' | 'suspects'
}

const only = (...behaviour: string[]) => ({ behaviour })
const named = { tells: ['session_id', 'symbol', 'seq'] } as const

const leaking: Record<string, LeakCase> = {
  'pauses all': { traits: { leak: 'pause-all' }, params: only('pause'), red: 'controls-own', blame: 'suspects' },
  'pauses all, and tells only states': {
    traits: { ...nameless, leak: 'pause-all', answers: 'state' },
    params: only('pause'),
    red: 'controls-own',
    blame: 'suspects',
  },
  'stops all': {
    traits: { leak: 'stop-all', stop: 'keeps' },
    params: only('restart'),
    red: 'controls-own',
    blame: 'suspects',
  },
  'gives all the speed of one': {
    traits: { ...nameless, leak: 'speed-all' },
    params: only('speed'),
    red: 'rate-own',
    blame: 'owner',
  },
  'takes all back': {
    traits: { ...nameless, leak: 'go-back-all', cursor: 'null' },
    params: { ...only('go-back'), watch: '200ms', goBackFrom: 0.5 },
    red: 'stream-continuous',
  },
  'switches all': {
    traits: { ...nameless, leak: 'switch-all' },
    params: only('symbol'),
    red: 'symbol-own',
    blame: 'owner',
  },
  'sends everything to all': { traits: { ...named, leak: 'broadcast' }, red: 'session-own', blame: 'owner' },
  'sends everything to all, and names nobody': { traits: { ...nameless, leak: 'broadcast' }, red: 'stream-continuous' },
  'keeps one history of all': {
    traits: { ...nameless, leak: 'history-of-all' },
    params: only('return', 'symbol'),
    red: 'history-own',
  },
  'gives a stream to the last socket alone': {
    traits: { ...nameless, leak: 'second-socket-steals', cursor: 'absent' },
    params: only('second-socket'),
    red: 'sockets-agree',
  },
  'forgets a new socket with the old one': {
    traits: { leak: 'old-close-unregisters-new' },
    params: { ...only('second-socket'), dependable: true, watch: '400ms' },
    red: 'sockets-agree',
  },
  'plays twice after two starts': {
    traits: { ...nameless, leak: 'double-loop', cursor: 'null' },
    params: { ...only('start-again'), watch: '300ms', catchUp: '50ms' },
    red: 'rate-own',
  },
  'goes on with a session that was deleted': { traits: { ...nameless, leak: 'deleted-streams' }, red: 'session-gone' },
  'takes one session for another': { traits: { ...named, leak: 'names-swapped' }, red: 'session-own', blame: 'owner' },
  'sends a snapshot astray now and then': {
    traits: { ...nameless, leak: 'misroutes-some' },
    params: { ...only('speed'), watch: '200ms' },
    red: 'stream-continuous',
  },
  'answers with the state of another now and then': {
    traits: { ...nameless, leak: 'reply-of-another' },
    params: only('symbol'),
    red: 'symbol-own',
    blame: 'owner',
  },
  'does for one what another asked for': {
    traits: { ...nameless, dialect: 'session-first', leak: 'context-across-await', cursor: 'null' },
    params: { ...only('speed'), watch: '20ms', acts: 12 },
    red: 'rate-own',
    blame: 'owner',
  },
}

function createScenario(url: string, params: JsonObject): JsonObject {
  const common = { system: 'replay', target: 'foreign' }
  return {
    name: 'foreign',
    maxDuration: '60s',
    targets: { foreign: { system: 'replay', url } },
    groups: [
      { ...common, name: 'viewers', clients: viewers, params },
      { ...common, name: 'witness', clients: 1, witness: 'during', params },
    ],
  }
}
