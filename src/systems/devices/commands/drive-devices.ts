import type { JsonObject } from '../../../core/json.ts'
import type { SystemCommand } from '../../../core/system.ts'

export const driveDevices: SystemCommand = {
  path: ['devices'],
  summary: 'Drive devices at an inference server and check that each gets its own model and decisions',
  options: [
    { flags: '--clients <n>', description: 'devices at once', type: 'integer', default: 10 },
    { flags: '--rounds <n>', description: 'inferences of each', type: 'integer', default: 10 },
    { flags: '--think-time <time>', description: 'between two inferences', type: 'duration', default: '1s' },
    { flags: '--target <url>', description: 'http://host:port/api; without it a reference server is started' },
    { flags: '--status-url <url>', description: 'where the target tells its figures, to see whose data it keeps' },
    { flags: '--body-id', description: 'name the device in the body of a report only, not in its query' },
    { flags: '--forge', description: 'let every fourth device try what a server must refuse' },
    {
      flags: '--dependable',
      description: 'the target is never restarted nor short of room, the machine idle: judge no-starvation, too',
    },
    { flags: '--no-witness', description: 'without the client that sends nothing and must receive nothing' },
  ],
  examples: [
    'mcsim devices --clients 50',
    'mcsim devices --target http://127.0.0.1:8000/api --clients 20 --rounds 30',
    'mcsim devices --clients 8 --think-time 100ms --forge --json',
    'mcsim devices --clients 12 --rounds 25 --think-time 20ms --dependable --defect blocking-handler',
  ],
  toScenario,
}

/** Every device registers again in the middle of its rounds, so that it shows whether the server knows it then. */
function toScenario(options: JsonObject): JsonObject {
  const { clients, rounds, thinkTime, bodyId, forge, dependable, witness } = options
  const params = {
    rounds,
    thinkTime,
    reRegisterEvery: Math.max(1, Math.ceil(Number(rounds) / 2)),
    ...(bodyId === true && { reportId: 'body' }),
    ...(forge === true && { forgeShare: 0.25 }),
    ...(dependable === true && { dependable }),
  } as JsonObject
  const common = { system: 'devices', target: 'devices', params }
  const devices = { ...common, name: 'devices', clients } as JsonObject
  const observer = { ...common, name: 'witness', clients: 1, witness: 'during' }
  return {
    name: 'devices',
    targets: { devices: describeTarget(options) },
    groups: witness === false ? [devices] : [devices, observer],
  }
}

function describeTarget({ target, statusUrl }: JsonObject): JsonObject {
  return {
    system: 'devices',
    ...(target !== undefined && { url: target }),
    ...(statusUrl !== undefined && { statusUrl }),
  }
}
