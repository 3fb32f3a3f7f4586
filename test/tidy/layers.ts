/* The layer table of docs/architecture.md as data. */

/** What each layer may import besides itself. Type imports count. */
export const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  scenario: ['core'],
  load: ['core'],
  metrics: ['core'],
  check: ['core'],
  report: ['core'],
  dashboard: ['core'],
  transport: ['core'],
  probe: ['core'],
  targets: ['core'],
  engine: ['core', 'load', 'metrics', 'check'],
  systems: ['core'],
  cli: ['core', 'scenario', 'metrics', 'check', 'engine', 'report', 'dashboard', 'probe', 'systems'],
}

export interface SystemPart {
  /** Layers besides core. */
  readonly layers?: readonly string[]
  /** Sibling parts of the same system. */
  readonly siblings: readonly string[]
  /** Sibling parts whose types alone may be imported. */
  readonly siblingTypes?: readonly string[]
}

/** The anatomy of a system: each part is a file of that name, or a folder. */
export const systemParts: Readonly<Record<string, SystemPart>> = {
  wire: { siblings: [] },
  params: { siblings: [] },
  workload: { siblings: ['params'], siblingTypes: ['wire'] },
  client: { layers: ['transport'], siblings: ['params', 'wire', 'workload'] },
  target: { layers: ['targets'], siblings: ['params', 'wire'] },
  defects: { siblings: [], siblingTypes: ['target'] },
  trial: { siblings: [] },
  faults: { siblings: ['params'] },
  invariants: { layers: ['check'], siblings: ['params', 'workload'], siblingTypes: ['wire'] },
  transcript: { siblings: ['params', 'workload'], siblingTypes: ['wire'] },
  'validate-group': { siblings: ['params', 'workload'], siblingTypes: ['target'] },
  commands: { siblings: ['params', 'wire', 'workload', 'target'] },
  index: {
    siblings: [
      'params',
      'wire',
      'workload',
      'client',
      'target',
      'defects',
      'trial',
      'faults',
      'invariants',
      'transcript',
      'validate-group',
      'commands',
    ],
  },
}

/** Where each library may be imported, subpaths included. One that is not listed has no home. */
export const libraryHomes: Readonly<Record<string, readonly string[]>> = {
  '@socket.io/redis-streams-adapter': ['src/systems/instruments/target/'],
  amqplib: ['src/targets/broker/'],
  autocannon: ['src/probe/', 'bench/'],
  commander: ['src/cli/'],
  'csv-parse': ['src/systems/gateway/', 'src/systems/replay/target/'],
  'd3-random': ['src/core/random.ts'],
  'find-my-way': ['src/targets/'],
  'hdr-histogram-js': ['src/metrics/'],
  ink: ['src/dashboard/'],
  'ink-testing-library': ['src/dashboard/'],
  ioredis: ['src/systems/instruments/target/', 'test/support/'],
  'ml-savitzky-golay-generalized': ['src/systems/instruments/target/'],
  pino: ['src/targets/'],
  'pure-rand': ['src/core/random.ts'],
  'socket.io': ['src/systems/instruments/target/', 'test/support/', 'bench/'],
  'socket.io-client': ['src/transport/', 'test/support/', 'bench/'],
  react: ['src/dashboard/'],
  smqp: ['src/targets/broker/'],
  undici: ['src/transport/'],
  ws: ['src/transport/', 'src/targets/'],
  yaml: ['src/scenario/', 'src/systems/devices/commands/'],
  zod: ['src/scenario/', 'src/systems/'],
}

/** Folders and files whose code is pure, with the modules of Node that they may use all the same. */
export const pureHomes: readonly { readonly prefix: RegExp; readonly allowed: readonly string[] }[] = [
  { prefix: /^src\/core\/clock\.ts$/, allowed: ['node:perf_hooks'] },
  { prefix: /^src\/core\/decompress\.ts$/, allowed: ['node:zlib'] },
  { prefix: /^src\/check\/violation-log\.ts$/, allowed: ['node:diagnostics_channel'] },
  { prefix: /^src\/(core|scenario|load|check|report)\//, allowed: [] },
  { prefix: /^src\/systems\/[^/]+\/(wire|params|invariants)\b/, allowed: [] },
]

/** Members of `process` through which a module would meet the outside world behind the back of `Io`. */
export const outsideMembers = ['argv', 'cwd', 'env', 'exit', 'exitCode', 'on', 'once', 'stderr', 'stdin', 'stdout']

export const maxLines = 300
