import type { JsonObject } from '../../../core/json.ts'
import type { SystemCommand } from '../../../core/system.ts'

export const driveViewers: SystemCommand = {
  path: ['viewers'],
  summary: 'Drive viewers of market replays and check that nobody is moved by another’s controls',
  options: [
    { flags: '--clients <n>', description: 'viewers at once', type: 'integer', default: 10 },
    {
      flags: '--acts <n>',
      description: 'pauses, changes of speed, mode, symbol … of each',
      type: 'integer',
      default: 8,
    },
    {
      flags: '--watch <time>',
      description: 'how long a viewer watches between two acts',
      type: 'duration',
      default: '1s',
    },
    { flags: '--only <act>', description: 'let the viewers do this alone, such as pause, speed or mode' },
    { flags: '--target <url>', description: 'http://host:port; without it a reference server is started' },
    { flags: '--status-url <url>', description: 'where the target tells its figures, to see what it keeps of whom' },
    {
      flags: '--dialect <name>',
      description: 'whether the session comes last in a path (/replay/pause/S) or first (/replay/S/pause)',
      choices: ['session-last', 'session-first'],
      default: 'session-last',
    },
    { flags: '--no-history', description: 'the streams of this target do not begin with a history' },
    { flags: '--switch-plays', description: 'a switch of mode or symbol starts a session that was stopped' },
    {
      flags: '--requests-per-minute <n>',
      description: 'so many requests a minute the target allows to one address',
      type: 'integer',
    },
    { flags: '--session-keys', description: 'sessions have keys, and nobody without one may see or control them' },
    {
      flags: '--shared <n>',
      description: 'so many clients more that use the paths without a session',
      type: 'integer',
    },
    { flags: '--no-witness', description: 'without the client that sends nothing and must receive nothing' },
  ],
  examples: [
    'mcsim viewers --clients 50',
    'mcsim viewers --target http://127.0.0.1:8000 --clients 3 --only pause --watch 2s',
    'mcsim viewers --target http://127.0.0.1:8000 --no-history --requests-per-minute 100 --clients 2',
    'mcsim viewers --dialect session-first --clients 20 --json',
    'mcsim viewers --session-keys --clients 8 --watch 200ms --acts 20',
  ],
  toScenario,
}

function toScenario(options: JsonObject): JsonObject {
  const { clients, shared, witness } = options
  const params = describeParams(options)
  const common = { system: 'replay', target: 'replay', params }
  const viewers = { ...common, name: 'viewers', clients } as JsonObject
  const legacy = { ...common, name: 'shared', clients: shared, params: shareSession(params) } as JsonObject
  const observer = { ...common, name: 'witness', clients: 1, witness: 'during' }
  return {
    name: 'viewers',
    targets: { replay: describeTarget(options) },
    groups: [viewers, ...(shared === undefined ? [] : [legacy]), ...(witness === false ? [] : [observer])],
  }
}

function describeParams(options: JsonObject): JsonObject {
  const { acts, watch, only, dialect, history, switchPlays, requestsPerMinute, sessionKeys } = options
  return {
    acts,
    watch,
    dialect,
    ...(only !== undefined && { behaviour: [only] }),
    ...(history === false && { history }),
    ...(switchPlays === true && { switchPlays }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(sessionKeys === true && { sessionKeys }),
  } as JsonObject
}

/** What only makes sense for a session of one's own is left out. */
function shareSession({ behaviour: _, ...params }: JsonObject): JsonObject {
  return { ...params, session: 'shared' }
}

function describeTarget({ target, statusUrl, sessionKeys }: JsonObject): JsonObject {
  const settings = target === undefined && sessionKeys === true ? { settings: { sessionKeys: true } } : {}
  return {
    system: 'replay',
    ...(target !== undefined && { url: target }),
    ...(statusUrl !== undefined && { statusUrl }),
    ...settings,
  }
}
