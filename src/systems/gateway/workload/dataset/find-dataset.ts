import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { McsimError } from '../../../../core/errors.ts'
import type { Problem } from '../../../../core/system.ts'
import type { GatewayParams } from '../../params.ts'
import type { Kind } from '../../wire/rows.ts'
import { headers } from './row-fields.ts'

export interface DatasetFile {
  readonly path: string
  readonly kind: Kind
  readonly bytes: number
}

const kinds = Object.keys(headers) as Kind[]

/** The dataset of one client. Throws `McsimError` where there is none. */
export function findDataset(dataFolder: string, indexInGroup: number): readonly DatasetFile[] {
  const folder = chooseFolder(dataFolder, indexInGroup)
  return requireAllKinds(folder, listFiles(folder))
}

/**
 * Where the dataset of one client is: the folder itself where it holds one, else its subfolders in order of their names,
 * and round again. Throws `McsimError` where there is none.
 */
export function chooseFolder(dataFolder: string, indexInGroup: number): string {
  const folders = listDatasets(dataFolder)
  return folders[indexInGroup % folders.length] as string
}

/** What is wrong with a group's data folder, as far as it shows before any row is read. */
export function checkDataFolder({ dataFolder }: Pick<GatewayParams, 'dataFolder'>): Problem[] {
  try {
    if (dataFolder !== undefined)
      for (const folder of listDatasets(dataFolder)) requireAllKinds(folder, listFiles(folder))
    return []
  } catch (error) {
    if (!(error instanceof McsimError)) throw error
    const { message, hint } = error
    return [{ path: ['params', 'dataFolder'], message, ...(hint !== undefined && { hint }) }]
  }
}

/** At least one. */
function listDatasets(dataFolder: string): readonly string[] {
  if (listFiles(dataFolder).length > 0) return [dataFolder]
  const folders = listFolders(dataFolder)
    .map((name) => join(dataFolder, name))
    .filter((folder) => listFiles(folder).length > 0)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  if (folders.length === 0) throw missing(dataFolder, kinds)
  return folders
}

/** Files of a folder per kind (`users/*.csv`) and files beside each other (`users.csv`), told by name or header. */
function listFiles(folder: string): DatasetFile[] {
  const inFolders = listFolders(folder).flatMap((name) => {
    const kind = kinds.find((each) => each === normalise(name))
    return kind ? listCsv(join(folder, name)).map((path) => describeFile(path, kind)) : []
  })
  const beside = listCsv(folder).flatMap((path) => {
    const kind = kindOfName(basename(path)) ?? kindOfHeader(readHeader(path))
    return kind ? [describeFile(path, kind)] : []
  })
  return [...inFolders, ...beside]
}

function describeFile(path: string, kind: Kind): DatasetFile {
  const header = readHeader(path)
  if (header === headers[kind]) return { path, kind, bytes: statSync(path).size }
  throw new McsimError({
    code: 'dataset-header',
    message: `${path}:1: the header of ${kind} is "${header}", expected "${headers[kind]}"`,
    hint: 'name the columns exactly so and in this order, or move the file out of the folder',
  })
}

function requireAllKinds(folder: string, files: readonly DatasetFile[]): readonly DatasetFile[] {
  const absent = kinds.filter((kind) => !files.some((file) => file.kind === kind))
  if (absent.length > 0) throw missing(folder, absent)
  return files
}

function missing(folder: string, absent: readonly Kind[]): McsimError {
  return new McsimError({
    code: 'dataset-incomplete',
    message: `${folder} has no CSV files of ${absent.join(', ')}`,
    hint: `expected ${absent[0]}/*.csv or ${absent[0]}.csv in it, or subfolders that are such datasets`,
  })
}

/** `transactions_202401.csv` is one of `transactions`, `transaction_items_1.csv` of `transaction_items`. */
function kindOfName(file: string): Kind | undefined {
  return kinds.find((kind) => new RegExp(`^${kind}([._]?[0-9][0-9._]*)?\\.csv$`).test(normalise(file)))
}

const kindOfHeader = (header: string) => kinds.find((kind) => headers[kind] === header)
const normalise = (name: string) => name.toLowerCase().replaceAll('-', '_')

/** The first line, without byte order mark and line end. Headers are much shorter than what is read. */
function readHeader(path: string): string {
  const bytes = Buffer.alloc(1024)
  const size = readSafely(path, 'file', () => {
    const file = openSync(path, 'r')
    try {
      return readSync(file, bytes, 0, bytes.length, 0)
    } finally {
      closeSync(file)
    }
  })
  const text = bytes.toString('utf8', 0, size).replace(/^\ufeff/, '')
  return (text.split(/\r?\n/, 1)[0] as string).trim()
}

function listCsv(folder: string): string[] {
  return readEntries(folder)
    .filter((entry) => !entry.isDirectory() && entry.name.toLowerCase().endsWith('.csv'))
    .map((entry) => join(folder, entry.name))
    .sort()
}

function listFolders(folder: string): string[] {
  return readEntries(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}

function readEntries(folder: string) {
  return readSafely(folder, 'data folder', () => readdirSync(folder, { withFileTypes: true }))
}

function readSafely<T>(path: string, what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new McsimError({
      code: 'dataset-unreadable',
      message: `the ${what} ${path} cannot be read: ${(error as Error).message}`,
      hint: 'give a folder with one subfolder of CSV files per kind, or with one such folder per client',
    })
  }
}
