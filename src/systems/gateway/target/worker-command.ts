import { exitCodes } from '../../../core/exit-codes.ts'
import type { CommandIo, SystemCommand } from '../../../core/system.ts'
import { parseDuration } from '../../../core/units.ts'
import { type Stage, stages } from './pipeline/stages.ts'

/** What commander has made of the options below. */
interface WorkerOptions {
  readonly stage: Stage
  readonly partition: number
  readonly broker: string
  readonly queuePrefix: string
  readonly prefetch: number
  readonly orphanAfter: string
  readonly quiet?: boolean
}

export const serveWorkerCommand: SystemCommand = {
  path: ['serve', 'worker'],
  summary: 'Run one worker of the reference gateway as a process of its own, on any machine',
  options: [
    { flags: '--stage <name>', description: 'what the worker does', choices: stages, required: true },
    { flags: '--broker <url>', description: 'amqp:// URL of the RabbitMQ server of the gateway', required: true },
    {
      flags: '--partition <n>',
      description: 'which share of the clients a worker of top-items, store-totals or top-users owns, counted from 0',
      type: 'integer',
      default: 0,
    },
    { flags: '--queue-prefix <text>', description: 'as in the settings of the gateway', default: 'gateway' },
    { flags: '--prefetch <n>', description: 'messages that it holds at a time', type: 'integer', default: 256 },
    {
      flags: '--orphan-after <duration>',
      description: 'forget a client after hearing nothing of it for so long',
      type: 'duration',
      default: '10m',
    },
    { flags: '--quiet', description: 'print no log lines' },
  ],
  examples: ['mcsim serve worker --stage filter-year --broker amqp://127.0.0.1:5672'],
  run: (options, io) => serveWorker(options as unknown as WorkerOptions, io),
}

/** Prints one line of JSON when the worker takes part. */
async function serveWorker(options: WorkerOptions, io: CommandIo): Promise<number> {
  const { stage, partition, quiet, orphanAfter, ...same } = options
  const { runWorker } = await import('./run-worker.ts')
  await runWorker({
    ...same,
    stage,
    partition,
    orphanAfterMs: parseDuration(orphanAfter) as number,
    signal: io.signal,
    onReady: () => io.stdout(`${JSON.stringify({ stage, partition })}\n`),
    ...(quiet ? {} : { log: (line) => io.stderr(`${line}\n`) }),
  })
  return exitCodes.pass
}
