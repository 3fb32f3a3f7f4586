import type { Defect } from '../../core/system.ts'
import type { DefectName } from './target/defect-name.ts'

interface InstrumentsDefect extends Defect {
  readonly name: DefectName
}

/**
 * All were seen in real servers of this kind. `provoke` holds what a group needs for the defect to show: `params`,
 * `load`, and the server's `settings`.
 */
export const instrumentsDefects: readonly InstrumentsDefect[] = [
  {
    name: 'broadcast-to-all-viewers',
    sentence: 'Updates go to all viewers, whosever they are.',
    mustRed: ['updates-own-user', 'ownership', 'witness-silent'],
    mayRed: [],
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'acks-to-last-agent',
    sentence: 'That a file is done is told to the agent that registered last.',
    mustRed: ['acks-own-agent', 'ownership'],
    mayRed: ['witness-silent'],
    provoke: { params: { answerLimit: '300ms', files: 2 } },
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'global-current-agent',
    sentence: 'Instructions go to the agent that registered last, whomever they are for.',
    mustRed: ['instructions-right-agent', 'ownership'],
    mayRed: ['witness-silent'],
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'export-global-session',
    sentence: 'The export of a frequency map is that of the session in which a file came last.',
    mustRed: ['export-own'],
    mayRed: [],
    provoke: { params: { mode: 'frequency-map' } },
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'takeover',
    sentence: 'A second agent of a user takes the place of the first.',
    mustRed: ['no-takeover'],
    mayRed: ['instructions-right-agent', 'grace-keeps-session', 'status-own'],
    provoke: { params: { rivalShare: 0.5 } },
  },
  {
    name: 'stop-looks-up-viewer',
    sentence: 'An order to stop looks for an agent by the id of the viewer, and finds none.',
    mustRed: ['instructions-right-agent'],
    mayRed: [],
  },
  {
    name: 'global-agent-status',
    sentence: 'All viewers are told when any agent comes or goes, and that one is there when any is.',
    mustRed: ['status-own'],
    mayRed: ['witness-silent', 'grace-keeps-session'],
  },
  {
    name: 'no-grace',
    sentence: 'The session of an agent ends with its connection.',
    mustRed: ['grace-keeps-session'],
    mayRed: ['status-own', 'results-exact', 'export-own', 'instructions-right-agent'],
    provoke: { params: { leaveShare: 0.3 } },
  },
  {
    name: 'late-unregister',
    sentence: 'When the grace of a lost connection is over the agent is unregistered, though it has come back.',
    mustRed: ['grace-keeps-session'],
    mayRed: ['status-own', 'results-exact', 'export-own', 'instructions-right-agent'],
    provoke: { params: { leaveShare: 0.3, linger: '400ms' } },
  },
  {
    name: 'lost-trend-update',
    sentence: 'A result is written over what was read some time before, and those that came in between are lost.',
    mustRed: ['results-exact'],
    mayRed: ['export-own'],
  },
  {
    name: 'same-filename-overwrites',
    sentence: 'All files lie in one folder, where those of one name overwrite each other.',
    mustRed: ['results-exact'],
    mayRed: ['export-own'],
    provoke: { params: { cohort: 'colliding' } },
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'stale-mapping-after-restart',
    sentence: 'After a restart users are still mapped to the connections that they had before.',
    mustRed: ['instructions-right-agent'],
    mayRed: [],
    provoke: { settings: { restartAfter: '300ms' }, load: { iterations: 3 }, params: { fileInterval: '20ms' } },
  },
  {
    name: 'missing-ack-on-invalid-file',
    sentence: 'An invalid file is not answered, and its agent waits.',
    mustRed: ['acks-own-agent'],
    mayRed: [],
    provoke: { params: { invalidShare: 0.3, answerLimit: '200ms', files: 4 } },
  },
  {
    name: 'preview-to-wrong-viewer',
    sentence: 'A preview goes to the viewer that asked for one last.',
    mustRed: ['updates-own-user', 'ownership'],
    mayRed: [],
    provoke: { params: { mode: 'cv', previewShare: 1 } },
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'segments-of-last-file',
    sentence: 'Who asks for the segments of a file gets those of the file that came in while it waited.',
    mustRed: ['updates-own-user', 'ownership'],
    mayRed: [],
    provoke: { params: { mode: 'cv', segmentsShare: 1 } },
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'key-not-asked-in-url',
    sentence: 'A viewer that names its user in the URL is not asked for the key.',
    mustRed: ['updates-own-user'],
    mayRed: [],
    provoke: { params: { viewerKeys: true }, settings: { viewerKeys: true } },
  },
  {
    name: 'nameless-agent-served',
    sentence: 'An agent without user id is served like any other.',
    mustRed: ['no-id-no-service'],
    mayRed: [],
    provoke: { params: { namelessShare: 0.5 } },
  },
  {
    name: 'join-after-leave',
    sentence: 'A viewer that left while it was being added is added all the same, and its place is the next one’s.',
    mustRed: ['updates-own-user', 'ownership'],
    mayRed: ['witness-silent'],
    provoke: { params: { vanishShare: 1 }, load: { iterations: 2, reconnect: true } },
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'recycled-handle',
    sentence: 'What was on its way to a viewer that has left comes to the next one that connects.',
    mustRed: ['updates-own-user', 'ownership'],
    mayRed: ['witness-silent', 'results-exact'],
    provoke: { load: { iterations: 2, reconnect: true } },
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'unscoped-dedup',
    sentence: 'A file whose name any agent has sent before counts as done.',
    mustRed: ['results-exact'],
    mayRed: ['export-own'],
    provoke: { params: { cohort: 'colliding' } },
  },
  {
    name: 'context-across-await',
    sentence: 'The user of a file stands in a variable of the module, which the next one overwrites before it is read.',
    mustRed: ['updates-own-user', 'ownership'],
    mayRed: ['results-exact'],
    blame: { proof: 'marker', on: 'another' },
  },
  {
    name: 'rare-misroute',
    sentence: "One update in 10 000 goes to another user's viewers.",
    mustRed: ['updates-own-user', 'ownership'],
    mayRed: ['results-exact'],
    // 14 000 updates.
    provoke: {
      params: { mode: 'frequency-map', files: 140, viewers: 10, points: 21 },
      load: { clients: 10 },
    },
    blame: { proof: 'marker', on: 'another' },
  },
]
