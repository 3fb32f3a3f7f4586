import type { Defect } from '../../core/system.ts'
import type { DefectName } from './target/defect-name.ts'

interface DevicesDefect extends Defect {
  readonly name: DefectName
}

/**
 * All were seen in real servers of this kind. `provoke` holds what a group needs for the defect to show: `params`,
 * `load`, and the server's `settings`.
 */
export const devicesDefects: readonly DevicesDefect[] = [
  {
    name: 'global-decision',
    sentence: 'The last report that came from any device decides for all.',
    mustRed: ['decision-own'],
    mayRed: ['same-id-same-device'],
    blame: { proof: 'suspected', on: 'another' },
  },
  {
    name: 'mixed-device-times',
    sentence: 'The reports of all devices of a model go into one running mean.',
    mustRed: ['decision-own'],
    mayRed: ['same-id-same-device'],
  },
  {
    name: 'clock-skew-poisons-all',
    sentence: 'A transfer time that a wrong clock has made impossible becomes the pace of everybody’s network.',
    mustRed: ['decision-own'],
    mayRed: ['same-id-same-device'],
    provoke: { params: { clockSkewShare: 0.25 } },
  },
  {
    name: 'shared-input-file',
    sentence: 'Images are kept in one file, and each device’s last image is what the last device sent.',
    mustRed: ['stats-own'],
    mayRed: [],
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'unregistered-served',
    sentence: 'A device that never registered is served like any other.',
    mustRed: ['forged-id-refused'],
    mayRed: [],
    provoke: { params: { forgeShare: 0.5 } },
  },
  {
    name: 'id-not-compared',
    sentence: 'A record counts for the device that its body names, whoever the query names.',
    mustRed: ['forged-id-refused'],
    mayRed: ['decision-own', 'stats-own', 'same-id-same-device'],
    provoke: { params: { forgeShare: 0.5 } },
  },
  {
    name: 'reassigned-on-poll',
    sentence: 'Each poll gives the device the next model of the list, and its reports are forgotten.',
    mustRed: ['model-stable'],
    mayRed: ['decision-own', 'same-id-same-device'],
  },
  {
    name: 'truncated-id',
    sentence: 'Devices whose ids begin with the same 4 characters are one device.',
    mustRed: ['decision-own', 'registration-echo'],
    mayRed: ['ownership', 'stats-own', 'forged-id-refused', 'same-id-same-device', 'model-stable'],
    provoke: { params: { cohort: 'colliding' } },
    blame: { proof: 'signature', on: 'another' },
  },
  {
    name: 'forgotten-on-return',
    sentence: 'A device that registers again is taken for a new one, and what it reported before is forgotten.',
    mustRed: ['same-id-same-device'],
    mayRed: ['decision-own'],
    provoke: { params: { reRegisterEvery: 3 } },
  },
  {
    name: 'blocking-handler',
    sentence: 'One report in 20 is worked on for 400 ms in its handler, and everybody waits.',
    mustRed: ['no-starvation'],
    mayRed: [],
    // Whoever waits meets the limit, however slow the machine is, and need not be compared with the median.
    provoke: { params: { rounds: 25, thinkTime: '20ms', requestLimit: '200ms', dependable: true } },
  },
  {
    name: 'cache-without-identity',
    sentence: 'For a second a decision answers every poll, whoever asks: it is cached by path alone.',
    mustRed: ['decision-own'],
    mayRed: ['model-stable', 'same-id-same-device'],
  },
  {
    name: 'context-across-await',
    sentence:
      'The device that asks stands in a variable of the module, which the next one overwrites before it is read.',
    mustRed: ['decision-own'],
    mayRed: ['model-stable', 'same-id-same-device'],
    blame: { proof: 'suspected', on: 'another' },
  },
  {
    name: 'reply-shift',
    sentence: 'The reply that a cancelled request did not wait for goes to the next request of the path, and so on.',
    mustRed: ['decision-own'],
    mayRed: ['registration-echo', 'ownership', 'model-stable', 'same-id-same-device'],
    provoke: { params: { cancelShare: 0.2 } },
    blame: { proof: 'suspected', on: 'another' },
  },
  {
    name: 'unscoped-dedup',
    sentence: 'A report whose message id any device has used before counts as taken already.',
    mustRed: ['decision-own'],
    mayRed: ['stats-own', 'same-id-same-device'],
    provoke: { params: { cohort: 'colliding' } },
  },
  {
    name: 'slot-exhaustion',
    sentence: 'A malformed request never gives its place back, until there is none for anybody.',
    mustRed: ['no-starvation'],
    mayRed: [],
    provoke: { params: { malformedShare: 0.25, rounds: 8, dependable: true }, settings: { maxWorking: 2 } },
  },
  {
    name: 'identity-of-connection',
    sentence: 'Whoever polls first over a connection is whom all later polls over it are answered for.',
    mustRed: ['decision-own'],
    mayRed: ['model-stable', 'same-id-same-device'],
    provoke: { params: { handedOn: true } },
  },
  {
    name: 'rare-misroute',
    sentence: 'One poll in 10 000 is answered with the decision for another device.',
    mustRed: ['decision-own'],
    mayRed: ['model-stable', 'same-id-same-device'],
    // 11 000 polls: more of them would not be done in time on a busy machine.
    provoke: { params: { rounds: 220, thinkTime: '0ms', decisionLevels: 16 }, load: { clients: 50 } },
  },
]
