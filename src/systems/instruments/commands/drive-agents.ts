import type { JsonObject } from '../../../core/json.ts'
import type { SystemCommand } from '../../../core/system.ts'
import { modes } from '../params/instruments-params.ts'

export const driveAgents: SystemCommand = {
  path: ['agents'],
  summary: 'Drive instrument agents and their viewers at a server and check that each user sees its own measurements',
  options: [
    {
      flags: '--clients <n>',
      description: 'pairs at once, each an agent and its viewers',
      type: 'integer',
      default: 10,
    },
    { flags: '--viewers <n>', description: 'viewers of each agent', type: 'integer', default: 1 },
    { flags: '--files <n>', description: 'files of a session', type: 'integer', default: 8 },
    { flags: '--sessions <n>', description: 'sessions of each pair, one after the other', type: 'integer', default: 2 },
    { flags: '--mode <mode>', description: 'what is measured', choices: modes, default: 'swv' },
    {
      flags: '--transport <name>',
      description: 'how the connections are made',
      choices: ['websocket', 'polling', 'mixed'],
      default: 'websocket',
    },
    { flags: '--target <url>', description: 'http://host:port; without it a reference server is started' },
    { flags: '--agent-token <token>', description: "the agents' bearer token" },
    { flags: '--redis <url>', description: 'redis:// URL of the store of the reference server' },
    {
      flags: '--grace <time>',
      description: 'how long the target keeps the session of an agent that is gone',
      type: 'duration',
    },
    { flags: '--viewer-keys', description: 'agents bring a key that viewers must show; tries viewers without it' },
    { flags: '--disturb', description: 'let agents leave and return, and try what a server must refuse' },
    {
      flags: '--proportional',
      description: "compare figures with each other only: the target's analysis is not known",
    },
    { flags: '--no-witness', description: 'without the client that sends nothing and must receive nothing' },
  ],
  examples: [
    'mcsim agents --clients 20',
    'mcsim agents --target http://127.0.0.1:5000 --agent-token secret --proportional',
    'mcsim agents --clients 8 --mode cv --disturb --json',
  ],
  toScenario,
}

function toScenario(options: JsonObject): JsonObject {
  const {
    clients,
    viewers,
    files,
    mode,
    transport,
    agentToken,
    grace,
    disturb,
    proportional,
    witness,
    sessions,
    viewerKeys,
  } = options
  const params = {
    viewers,
    files,
    mode,
    transport,
    ...(viewerKeys === true && { viewerKeys }),
    ...(mode === 'cv' && { segmentsShare: 1 }),
    ...(agentToken !== undefined && { agentToken }),
    ...(grace !== undefined && { grace }),
    ...(proportional === true && { scale: 'proportional', tolerance: 1e-4 }),
    ...(disturb === true && disturbance),
  } as JsonObject
  const common = { system: 'instruments', target: 'instruments' }
  const load = { model: 'closed', clients, iterations: sessions }
  const pairs = { ...common, name: 'pairs', load, params } as JsonObject
  const observer = { ...common, name: 'witness', clients: 1, witness: 'during' }
  return {
    name: 'agents',
    targets: { instruments: describeTarget(options) },
    groups: witness === false ? [pairs] : [pairs, observer],
  }
}

const disturbance = { leaveShare: 0.1, rivalShare: 0.25, namelessShare: 0.25, invalidShare: 0.1 }

function describeTarget({ target, redis, agentToken, grace, viewerKeys }: JsonObject): JsonObject {
  if (target !== undefined) return { system: 'instruments', url: target }
  const settings = {
    ...(redis !== undefined && { redis }),
    ...(agentToken !== undefined && { agentToken }),
    ...(grace !== undefined && { grace }),
    ...(viewerKeys === true && { viewerKeys }),
  }
  return { system: 'instruments', settings }
}
