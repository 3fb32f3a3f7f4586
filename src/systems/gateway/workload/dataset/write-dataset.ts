import { createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { McsimError } from '../../../../core/errors.ts'
import type { Kind } from '../../wire/rows.ts'
import { generateBatches } from '../generate-batches.ts'
import { identifyAnonymousOwner } from '../owner-identity.ts'
import { uploadOrder } from '../upload-source.ts'
import { formatLines } from './csv-lines.ts'
import { headers } from './row-fields.ts'

/** Rows that are made and written at a time. */
const batchRows = 5000

export interface WrittenFile {
  readonly path: string
  readonly rows: number
}

/**
 * Writes a generated dataset of `rows` transactions, one folder per kind, in memory that does not grow with the rows.
 * Throws `McsimError` where the folder holds something already or cannot be written.
 */
export async function writeDataset(
  folder: string,
  rows: number,
  seed: number,
  signal: AbortSignal,
): Promise<WrittenFile[]> {
  const source = generateBatches(identifyAnonymousOwner(seed), rows, batchRows)
  try {
    await mkdir(folder, { recursive: true })
    if ((await readdir(folder)).length > 0) throw notEmpty(folder)
    const files: WrittenFile[] = []
    for (const kind of uploadOrder) files.push(await writeKind(folder, kind, source, signal))
    return files
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw unwritable(folder, error)
    throw error
  }
}

type Generated = ReturnType<typeof generateBatches>

async function writeKind(folder: string, kind: Kind, source: Generated, signal: AbortSignal): Promise<WrittenFile> {
  await mkdir(join(folder, kind))
  const path = join(folder, kind, `${kind}.csv`)
  let rows = 0
  async function* lines(): AsyncIterable<string> {
    yield `${headers[kind]}\n`
    for await (const batch of source.batchesOf(kind)) {
      rows += batch.rows.length
      yield formatLines(batch)
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path), { signal })
  return { path, rows }
}

function notEmpty(folder: string): McsimError {
  return new McsimError({
    code: 'dataset-folder-not-empty',
    message: `${folder} is not empty, and a dataset is not written over what is there`,
    hint: 'give a new folder with --out',
  })
}

function unwritable(folder: string, error: Error): McsimError {
  return new McsimError({ code: 'dataset-unwritable', message: `${folder} cannot be written: ${error.message}` })
}
