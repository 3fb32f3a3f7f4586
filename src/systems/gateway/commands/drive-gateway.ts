import type { JsonObject } from '../../../core/json.ts'
import type { SystemCommand } from '../../../core/system.ts'
import { dialectNames } from '../wire/dialect.ts'

export const driveGateway: SystemCommand = {
  path: ['gateway'],
  summary: 'Drive dataset uploaders at a gateway and check that each gets its own results',
  options: [
    { flags: '--clients <n>', description: 'uploaders at once', type: 'integer', default: 10 },
    { flags: '--iterations <n>', description: 'uploads of each', type: 'integer', default: 1 },
    { flags: '--target <url>', description: 'tcp://host:port; without it a reference gateway is started' },
    { flags: '--status-url <url>', description: 'where the target tells its figures, to see whether it frees all' },
    { flags: '--dialect <name>', description: 'protocol', choices: dialectNames, default: 'acknowledged' },
    { flags: '--rows <n>', description: 'generated transactions of each upload', type: 'integer', default: 2000 },
    { flags: '--batch-rows <n>', description: 'rows of a batch at most', type: 'integer', default: 500 },
    {
      flags: '--data-folder <dir>',
      description: 'upload CSV files from here, each client its own subfolder if there are any',
    },
    { flags: '--no-stamp', description: 'send the rows of a data folder as they are, without markers' },
    { flags: '--results-dir <dir>', description: 'where a target of the streamed dialect writes its results' },
    { flags: '--no-witness', description: 'without the client that sends nothing and must receive nothing' },
  ],
  examples: [
    'mcsim gateway --clients 10',
    'mcsim gateway --target tcp://127.0.0.1:9000 --dialect streamed --results-dir ./results',
    'mcsim gateway --data-folder ./data --clients 4 --json',
  ],
  toScenario,
}

/** Options as commander names them: `--data-folder` is `dataFolder`. */
function toScenario(options: JsonObject): JsonObject {
  const { clients, iterations, dialect, rows, batchRows, dataFolder, stamp, witness } = options
  const common = { system: 'gateway', target: 'gateway' }
  const params = { dialect, rows, batchRows, stamp, ...given({ dataFolder }) } as JsonObject
  const load = { model: 'closed', clients, iterations } as JsonObject
  const uploaders = { ...common, name: 'uploaders', load, params }
  const observers = { ...common, name: 'witness', clients: 1, witness: 'during', params: { dialect } as JsonObject }
  return {
    name: 'gateway',
    targets: { gateway: describeTarget(options) },
    groups: witness === false ? [uploaders] : [uploaders, observers],
  }
}

function describeTarget({ target, statusUrl, resultsDir, dialect }: JsonObject): JsonObject {
  if (target === undefined) {
    return { system: 'gateway', settings: given({ dialect, resultsDir }), ...given({ statusUrl }) }
  }
  return { system: 'gateway', url: target, ...given({ statusUrl, resultsDir }) }
}

/** Only the entries that the user gave: what stands in a scenario must not be undefined. */
function given(options: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as JsonObject
}
