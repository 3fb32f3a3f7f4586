import { z } from 'zod'
import { createSchema } from '../../src/core/schema.ts'
import type { System } from '../../src/core/system.ts'
import { durationExpected, isDuration } from '../../src/core/units.ts'

interface FakeParams {
  readonly rows: number
  readonly pause: string
  readonly cohort: string
  readonly names?: readonly string[]
}

interface FakeSettings {
  readonly workers: number
  readonly eof: 'per-client' | 'barrier'
}

/** A system for tests of what goes before a run: it can be described, validated, planned and compared, but not run. */
export const fakeSystem: System<FakeParams, FakeSettings> = {
  name: 'echo',
  summary: 'Clients that hear their own words',
  params: createSchema(
    z.strictObject({
      rows: z.int().min(1).max(1000).default(10),
      pause: z.string(durationExpected).refine(isDuration, durationExpected).default('0s'),
      cohort: z.enum(['spread', 'colliding']).default('spread'),
      names: z.array(z.string()).exactOptional(),
    }),
  ),
  settings: createSchema(
    z.strictObject({
      workers: z.int().min(1).max(16).default(2),
      eof: z.enum(['per-client', 'barrier']).default('per-client'),
    }),
  ),
  urlProtocols: ['tcp:'],
  invariants: [{ name: 'echo-own', kind: 'isolation', sentence: 'Each client hears only what it said.' }],
  defects: [
    { name: 'misrouted-echo', sentence: 'Words go to the last client.', mustRed: ['echo-own'], mayRed: [] },
    { name: 'lost-word', sentence: 'One word in ten is not echoed.', mustRed: ['echo-own'], mayRed: [] },
  ],
  takeStep: (step, params) => {
    if (step === 'duplicate-message') return { ...params, rows: params.rows * 2 }
    return step === 'brief-visit' && params.rows > 5 ? 'they have too much to say' : undefined
  },
  channels: { lobby: 'private', words: 'private' },
  fixedIdentities: ({ names = [] }) => names.map((identity, i) => ({ identity, path: ['names', i] })),
  loadClients: () => refuse('loadClients'),
  createCheckers: () => refuse('createCheckers'),
  startTarget: () => refuse('startTarget'),
  trial: { createScenario: () => refuse('createScenario'), active: ['speakers'], clean: {} },
  compareData: async (one, other) => ({
    distinct: one.arrival.client !== other.arrival.client,
    sensitive: one.params.rows > 1 && other.params.rows > 1,
  }),
  validateGroup({ loadModel, settings }) {
    if (settings?.eof !== 'barrier' || loadModel === 'closed') return []
    const message = 'an open load never ends a barrier: later arrivals would hold all results back'
    return [{ path: ['load', 'model'], message, hint: 'use a closed load, or "eof: per-client"' }]
  },
  commands: [
    {
      path: ['echo'],
      summary: 'Clients at an echo server',
      options: [
        { flags: '--clients <n>', description: 'how many clients', type: 'integer', default: 3 },
        { flags: '--rows <n>', description: 'words of each client', type: 'integer' },
      ],
      examples: ['mcsim echo --clients 5'],
      toScenario: ({ clients, rows }) => ({
        name: 'echo',
        groups: [
          { name: 'speakers', system: 'echo', clients: clients ?? 3, params: rows === undefined ? {} : { rows } },
        ],
      }),
    },
    {
      path: ['generate', 'words'],
      summary: 'Write words to stdout',
      options: [
        { flags: '--count <n>', description: 'how many words', type: 'integer', required: true },
        { flags: '--case <name>', description: 'letters', choices: ['upper', 'lower'], default: 'lower' },
      ],
      examples: ['mcsim generate words --count 3'],
      run: async (options, io) => {
        const word = options['case'] === 'upper' ? 'WORD' : 'word'
        io.stdout(`${Array(options['count']).fill(word).join(' ')}\n`)
        return 0
      },
    },
  ],
}

function refuse(method: string): never {
  throw new Error(`The fake system has no ${method}.`)
}
