import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MalformedResults, parseResultFile, resultFileNames } from '../wire/index.ts'
import { type Query, queries } from '../wire/results.ts'
import type { OutcomeCode } from './outcome-codes.ts'
import { readTablePieces } from './read-table-pieces.ts'
import type { UploadContext } from './upload-context.ts'
import { waitUntilSettled } from './wait-until-settled.ts'

/** Q1 may be of any size: it is read, scanned and parsed in pieces of about this size. */
const pieceBytes = 1024 * 1024
/** The other files are small. */
const largestFileBytes = 64 * 1024 * 1024

/**
 * Waits for the four files of a session of the `streamed` dialect and reads what is there. The folder counts as a
 * connection of its own, so that every byte of it passes the ownership scan.
 */
export async function collectFolder(context: UploadContext, sessionId: string): Promise<OutcomeCode | undefined> {
  const { recorder, resultsDir, signal, params } = context
  if (resultsDir === undefined) return 'results-unreadable'
  const folder = join(resultsDir, `session_${sessionId}`)
  const paths = queries.map((query) => join(folder, resultFileNames[query]))
  await waitUntilSettled(paths, { settleMs: params.settleMs, idleMs: params.resultsIdleMs, signal })
  if (signal.aborted) return 'aborted'
  const connection = recorder.opened('results-folder', context.iteration)
  try {
    for (const [i, query] of queries.entries()) await readResults(context, connection, query, paths[i] as string)
    return undefined
  } catch (error) {
    if (!isFileError(error)) throw error
    return 'results-unreadable'
  } finally {
    recorder.closed(connection, 'ended')
  }
}

/** A file that is not there is a missing result, which the collector knows. */
async function readResults(context: UploadContext, connection: number, query: Query, path: string): Promise<void> {
  const { link, recorder } = context
  if (!(await stat(path).catch(() => undefined))) return
  let atMs = recorder.now()
  const scan = (chunk: Uint8Array) => {
    atMs = recorder.bytes(connection, chunk)
  }
  const limit = query === 'q1' ? pieceBytes : largestFileBytes
  for await (const text of readTablePieces(createReadStream(path), limit, scan)) {
    try {
      link.addResults(parseResultFile(query, text), atMs, connection)
    } catch (error) {
      if (!(error instanceof MalformedResults)) throw error
      const value = { reason: `${resultFileNames[query]}: ${error.message}`, excerpt: text.slice(0, 80) }
      link.deliver('malformed', value, atMs, connection)
    }
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
