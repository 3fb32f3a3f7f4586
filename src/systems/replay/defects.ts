import type { Defect } from '../../core/system.ts'
import type { DefectName } from './target/defect-name.ts'

interface ReplayDefect extends Defect {
  readonly name: DefectName
}

/** What a session that gets the answers of another cannot but break. */
const ofOthersAnswers = [
  'controls-own',
  'rate-own',
  'mode-own',
  'symbol-own',
  'orders-own',
  'session-gone',
  'stream-continuous',
  'stream-alive',
] as const

/**
 * All were seen in real servers of this kind. `provoke` holds what a group needs for the defect to show: `params`,
 * `load`, and the server's `settings`.
 */
export const replayDefects: readonly ReplayDefect[] = [
  {
    name: 'global-controller',
    sentence: 'Pause, speed and every other control of one session act on all.',
    mustRed: ['controls-own'],
    mayRed: [
      'rate-own',
      'stream-continuous',
      'stream-alive',
      'session-own',
      'analytics-own',
      'history-own',
      'orders-own',
      'sockets-agree',
    ],
    blame: { proof: 'suspected', on: 'another' },
  },
  {
    name: 'global-mode',
    sentence: 'A session that changes its mode changes it for all.',
    mustRed: ['mode-own'],
    mayRed: ['controls-own', 'rate-own', 'stream-continuous', 'orders-own', 'stream-alive', 'symbol-own'],
    provoke: { params: { behaviour: ['mode', 'pause', 'speed'] } },
    blame: { proof: 'suspected', on: 'another' },
  },
  {
    name: 'global-symbol',
    sentence: 'A session that changes its symbol changes it for all.',
    mustRed: ['symbol-own'],
    mayRed: ['controls-own', 'stream-continuous', 'mode-own'],
    provoke: { params: { behaviour: ['symbol', 'pause', 'speed'] } },
  },
  {
    name: 'shared-buffer',
    sentence: 'The history that a socket begins with is that of all sessions.',
    mustRed: ['history-own'],
    mayRed: [
      'session-own',
      'stream-continuous',
      'symbol-own',
      'mode-own',
      'analytics-own',
      'sockets-agree',
      'orders-own',
    ],
    provoke: { params: { behaviour: ['return', 'second-socket', 'speed'] } },
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'broadcast-stream',
    sentence: 'Each snapshot goes to the sockets of all sessions.',
    mustRed: ['session-own'],
    mayRed: [
      'controls-own',
      'stream-continuous',
      'rate-own',
      'mode-own',
      'symbol-own',
      'history-own',
      'analytics-own',
      'session-gone',
      'sockets-agree',
      'orders-own',
      'witness-silent',
    ],
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'shared-analytics',
    sentence: 'The last book, its order flow and its buckets are those of whichever session was sent one last.',
    mustRed: ['analytics-own'],
    mayRed: [],
  },
  {
    name: 'strategy-on-first-session',
    sentence: 'A control that names no session acts on the oldest one there is, whosoever it is.',
    mustRed: ['controls-own'],
    mayRed: ['rate-own', 'stream-continuous', 'session-own', 'stream-alive', 'analytics-own', 'history-own'],
  },
  {
    name: 'second-socket-steals',
    sentence: 'Only the socket that joined a session last gets its stream.',
    mustRed: ['sockets-agree'],
    mayRed: ['stream-continuous', 'controls-own', 'stream-alive', 'history-own', 'analytics-own'],
    provoke: { params: { behaviour: ['second-socket', 'pause', 'speed'] } },
  },
  {
    name: 'old-close-unregisters-new',
    sentence: 'A socket that closes takes the newer one of its session off the list of those that get the stream.',
    mustRed: ['stream-continuous'],
    mayRed: ['sockets-agree', 'stream-alive', 'controls-own', 'history-own'],
    provoke: { params: { behaviour: ['second-socket', 'return', 'pause'] } },
  },
  {
    name: 'orphan-stream',
    sentence: 'A session goes on playing when its last socket has gone.',
    mustRed: ['streams-freed'],
    mayRed: ['stream-continuous', 'controls-own', 'rate-own', 'history-own', 'analytics-own'],
    provoke: { params: { behaviour: ['return', 'speed'], deletes: false } },
  },
  {
    name: 'expired-session-resurrected',
    sentence: 'A session that is expired is served again to whoever asks for it, as it was.',
    mustRed: ['session-gone'],
    mayRed: [],
    provoke: {
      params: { expires: true, deletes: false, idleTtl: '1s' },
      settings: { sessionTtl: '1s', sweepEvery: '200ms' },
    },
  },
  {
    name: 'speed-inherited',
    sentence: 'A new session begins with the speed that anybody chose last.',
    mustRed: ['rate-own'],
    mayRed: ['controls-own'],
    provoke: { load: { iterations: 3 } },
  },
  {
    name: 'double-start',
    sentence: 'A start while it plays begins a second loop, and snapshots come at twice the rate.',
    mustRed: ['rate-own'],
    mayRed: ['controls-own'],
    // Slowly, so that a busy machine keeps pace.
    provoke: {
      params: { behaviour: ['start-again', 'go-back'], period: '100ms', watch: '400ms', acts: 5 },
      settings: { period: '100ms' },
    },
  },
  {
    name: 'listing-leaks-ids',
    sentence: 'The list of sessions names all of them to everybody, though each has a key.',
    mustRed: ['listing-own'],
    mayRed: [],
    provoke: { params: { sessionKeys: true, lists: true }, settings: { sessionKeys: true } },
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'dedup-alerts-globally',
    sentence: 'An alert that was shown to one viewer is kept from all others.',
    mustRed: ['analytics-own'],
    mayRed: [],
  },
  {
    name: 'shared-simulation',
    sentence: 'There is one simulated market, and the orders of one rest in the books of all.',
    mustRed: ['orders-own'],
    mayRed: ['symbol-own', 'stream-continuous'],
    provoke: { params: { mode: 'SIMULATION', behaviour: ['order', 'order', 'pause'] } },
    blame: { proof: 'unique-difference', on: 'another' },
  },
  {
    name: 'cache-without-identity',
    sentence: 'For a second the answer to who asks how its session stands is told to all who ask.',
    mustRed: ['session-own'],
    mayRed: ofOthersAnswers,
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'context-across-await',
    sentence:
      'The session that a control is for stands in a variable of the module, which the next one overwrites before it is read.',
    mustRed: ['session-own'],
    mayRed: [...ofOthersAnswers, 'history-own', 'sockets-agree'],
    provoke: { params: { watch: '100ms', acts: 30 } },
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'recycled-handle',
    sentence: 'The snapshot that was on its way to a socket which closed comes out of the next one that is opened.',
    mustRed: ['session-own'],
    mayRed: [
      'stream-continuous',
      'controls-own',
      'rate-own',
      'mode-own',
      'symbol-own',
      'analytics-own',
      'sockets-agree',
      'orders-own',
      'witness-silent',
    ],
    provoke: { params: { behaviour: ['return', 'second-socket', 'speed'] } },
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'reply-shift',
    sentence: 'The reply that a cancelled request did not wait for goes to the next request of its kind, and so on.',
    mustRed: ['session-own'],
    mayRed: [...ofOthersAnswers, 'history-own', 'sockets-agree'],
    provoke: { faults: [{ kind: 'cancel', groups: ['viewers'], role: 'control', at: '0s..1m', every: '100ms' }] },
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'unscoped-dedup',
    sentence: 'A control that any viewer has sent a moment ago counts as done already.',
    mustRed: ['controls-own'],
    mayRed: ['rate-own', 'mode-own', 'symbol-own', 'stream-continuous', 'stream-alive', 'history-own', 'sockets-agree'],
    provoke: { params: { behaviour: ['pause', 'speed'] } },
  },
  {
    name: 'slot-exhaustion',
    sentence: 'A session that is deleted or left while it plays never gives its place back; after 10, nobody’s plays.',
    mustRed: ['stream-alive'],
    mayRed: ['sockets-agree', 'stream-continuous', 'controls-own'],
    provoke: { params: { watch: '500ms', acts: 6, behaviour: ['return', 'speed'] }, load: { clients: 12 } },
  },
  {
    name: 'rare-misroute',
    sentence: 'One snapshot in 10 000 goes to a socket of another session, and not to its own.',
    mustRed: ['session-own'],
    mayRed: [
      'stream-continuous',
      'controls-own',
      'rate-own',
      'mode-own',
      'symbol-own',
      'analytics-own',
      'sockets-agree',
      'orders-own',
    ],
    // Some 60 000 snapshots on a machine with time for them, and enough on a busy one.
    provoke: { params: { behaviour: ['pause'], speeds: [8, 9, 10], acts: 8, watch: '300ms' }, load: { clients: 50 } },
    blame: { proof: 'signature', on: 'another' },
  },
]
