import { type Command, InvalidArgumentError, Option } from 'commander'
import type { HttpProbe } from '../../core/background.ts'
import { McsimError } from '../../core/errors.ts'
import { exitCodes } from '../../core/exit-codes.ts'
import { type BenchReport, benchSchema, type PressureReport } from '../../core/report.ts'
import { type HttpMethod, httpMethods } from '../../core/scenario.ts'
import { describeEnvironment } from '../../engine/describe-environment.ts'
import { formatBench } from '../../report/format-bench.ts'
import { createProbe } from '../create-probe.ts'
import type { Io } from '../io.ts'
import { parseIntegerIn, parsePositiveDuration } from '../parse-option.ts'
import { mcsimVersion } from '../version.ts'

interface BenchOptions {
  readonly connections: number
  readonly pipelining: number
  /** Milliseconds. */
  readonly duration: number
  readonly rate?: number
  readonly method: HttpMethod
  readonly header: Readonly<Record<string, string>>
  readonly body?: string
  readonly json?: boolean
}

export function defineBench(command: Command, io: Io): void {
  command
    .argument('<url>', 'where to send the requests', parseHttpUrl)
    .addOption(count('--connections <n>', 'connections at once', 10_000).default(10))
    .addOption(
      count('--pipelining <n>', 'requests that a connection sends before the first is answered', 1000).default(1),
    )
    .addOption(new Option('--duration <time>', 'how long').argParser(parsePositiveDuration).default(10_000, '10s'))
    .addOption(count('--rate <n>', 'requests per second over all connections; without it as many as are answered', 1e9))
    .addOption(new Option('--method <method>').choices(httpMethods).default('GET'))
    .addOption(
      new Option('--header <line>', 'such as "x-key: 1"; may be repeated').argParser(addHeader).default({}, 'none'),
    )
    .addOption(new Option('--body <text>', 'what each request carries'))
    .addOption(new Option('--json', 'print the report as JSON'))
    .addHelpText('after', notes)
    .action(async (url: string, options: BenchOptions) => {
      io.exitCode = await runBench(url, options, io)
    })
}

const notes = `
Nothing is checked but the status: this is how fast the server can be at best, for figures to compare with. Each
connection sends its share of a rate at the beginning of each second. Certificates of https are not checked.

Examples:
  mcsim bench http://127.0.0.1:8080/stats --duration 5s
  mcsim bench http://127.0.0.1:8080/api --method POST --header "content-type: application/json" --body "{}"`

async function runBench(url: string, options: BenchOptions, io: Io): Promise<number> {
  const { connections, pipelining, duration, rate, method, header, body } = options
  const probe: HttpProbe = {
    ...{ url, method, headers: header, connections, pipelining, durationMs: duration },
    ...(rate === undefined ? {} : { rate }),
    ...(body === undefined ? {} : { body }),
  }
  const startedAt = new Date().toISOString()
  const load = await measure(probe, io.signal)
  if (load.answered === 0) throw createNoAnswerError(load)
  const environment = describeEnvironment(1)
  const report: BenchReport = { schema: benchSchema, mcsimVersion, startedAt, askedMs: duration, ...load, environment }
  await io.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : formatBench(report))
  const failed = load.non2xx > 0 || Object.keys(load.errorCodes).length > 0
  return failed ? exitCodes.operationsFailed : exitCodes.pass
}

/** Ends early when the signal is aborted. */
async function measure(probe: HttpProbe, signal: AbortSignal): Promise<PressureReport> {
  const load = createProbe(probe)
  await load.start()
  const stop = () => void load.stop()
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  return load.waitUntilEnded()
}

function createNoAnswerError({ url, failure }: PressureReport): McsimError {
  return new McsimError({
    code: 'no-answer',
    message: `${url}: ${failure}.`,
    hint: 'Is a server of HTTP there, and is it started?',
    exitCode: exitCodes.operationsFailed,
  })
}

const count = (flags: string, description: string, most: number) =>
  new Option(flags, description).argParser(parseIntegerIn(1, most))

function parseHttpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('Expected a URL such as http://127.0.0.1:8080/stats.')
}

function addHeader(line: string, earlier: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\r\n]*)$/.exec(line) ?? []
  if (name !== undefined && value !== undefined) return { ...earlier, [name]: value }
  throw new InvalidArgumentError('Expected a header such as "x-key: 1".')
}
