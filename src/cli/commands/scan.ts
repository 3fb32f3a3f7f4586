import { relative, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { McsimError } from '../../core/errors.ts'
import { type ExitCode, exitCodes } from '../../core/exit-codes.ts'
import type { ClientIndex } from '../../core/plan.ts'
import type { Io } from '../io.ts'
import { parseIntegerIn } from '../parse-option.ts'
import { type FoundRun, findNewestRun, nameRuns, readRun } from '../scan/find-run.ts'
import { formatScanJson, formatScanText, type ScanReport, scanSchema, type UnreadFile } from '../scan/format-scan.ts'
import { judgeFiles, type ScannedFile } from '../scan/judge-files.ts'
import { listFiles } from '../scan/list-files.ts'
import { ownerOfPath, scanFile } from '../scan/scan-file.ts'

interface ScanOptions {
  readonly run?: string
  readonly owner?: number
  readonly per: 'file' | 'folder'
  readonly json?: boolean
}

export function defineScan(command: Command, io: Io): void {
  command
    .argument('<paths...>', 'files and folders: results, logs, dumps; also compressed by gzip')
    .addOption(
      new Option('--run <dir>', 'folder of the run whose data may be there; default: the newest below reports/'),
    )
    .addOption(
      new Option('--owner <client>', 'index of the client whose data alone may be there').argParser(
        parseIntegerIn(0, 2 ** 20 - 1),
      ),
    )
    .addOption(
      new Option('--per <unit>', 'what may hold the data of one client').choices(['file', 'folder']).default('file'),
    )
    .addOption(new Option('--json', 'one JSON document instead of text'))
    .addHelpText('after', scanHelp)
    .action(async (paths: string[], options: ScanOptions) => {
      io.exitCode = await scanPaths(paths, options, io)
    })
}

const scanHelp = `
A path that has a client's marker in its name is that client's. Exits with 1 where a file holds data of another client
than its own, or of more than one, with 5 where something could not be read, or nothing that tells its owner was there.

Examples:
  mcsim scan results --run reports/20261121-031500-a1b2c3 --per folder
  mcsim scan server.log.gz --owner 3`

async function scanPaths(paths: readonly string[], options: ScanOptions, io: Io): Promise<ExitCode> {
  const run = options.run === undefined ? await findNewestRun(io.cwd) : await readRun(resolve(io.cwd, options.run))
  if (options.owner !== undefined && (run === undefined || options.owner >= run.clients))
    throw noSuchOwner(options.owner, run)
  const files: ScannedFile[] = []
  const unread: UnreadFile[] = []
  for (const path of paths) {
    for await (const listed of listFiles(resolve(io.cwd, path))) {
      const shown = relative(io.cwd, listed.path) || '.'
      if ('unread' in listed) unread.push({ path: shown, unread: listed.unread })
      else {
        const file = await tryScan(listed.path, shown, run, options.owner as ClientIndex | undefined)
        if ('unread' in file) unread.push(file)
        else files.push(file)
      }
    }
  }
  const report = await summarize(files, unread, run, options, io)
  await io.stdout.write(options.json ? formatScanJson(report) : formatScanText(report, run))
  return chooseExitCode(report)
}

/** A file may vanish, or be none that this user may read. */
async function tryScan(
  path: string,
  shown: string,
  run: FoundRun | undefined,
  chosen: ClientIndex | undefined,
): Promise<ScannedFile | UnreadFile> {
  try {
    const markers = await scanFile(path, run)
    const owner = chosen ?? (run && ownerOfPath(shown, run))
    return { path: shown, ...(owner !== undefined && { owner }), ...markers }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { path: shown, unread: code ?? message }
  }
}

async function summarize(
  files: readonly ScannedFile[],
  unread: ScanReport['unread'],
  run: FoundRun | undefined,
  { per }: ScanOptions,
  io: Io,
): Promise<ScanReport> {
  const fields = new Map<number, number>()
  for (const { runFields } of files) {
    for (const [field, count] of runFields) fields.set(field, (fields.get(field) ?? 0) + count)
  }
  if (run) fields.delete(run.key.runField)
  const namesOf = await nameRuns(io.cwd)
  const otherRuns = [...fields].map(([runField, markers]) => ({ runField, markers, runIds: namesOf(runField) }))
  const mixedUp = judgeFiles(files, per === 'folder')
  return { schema: scanSchema, ...(run && { runId: run.runId }), files, unread, mixedUp, otherRuns }
}

function chooseExitCode({ mixedUp, unread, files, runId }: ScanReport): ExitCode {
  if (mixedUp.length > 0) return exitCodes.violated
  const isSeen = runId !== undefined && files.some(({ sightings }) => sightings.length > 0)
  return unread.length > 0 || !isSeen ? exitCodes.inconclusive : exitCodes.pass
}

function noSuchOwner(owner: number, run: FoundRun | undefined): McsimError {
  const known = run ? `run ${run.runId} has clients 0 to ${run.clients - 1}` : 'no run is known'
  const hint = run
    ? 'Name one of these, or the folder of another run with --run.'
    : 'Name the folder of a run with --run.'
  return new McsimError({ code: 'no-such-client', message: `There is no client ${owner}: ${known}.`, hint })
}
