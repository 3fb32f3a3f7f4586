import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises'
import { McsimError } from '../../../../core/errors.ts'

/**
 * Remembers which device has which model over restarts: one line `["id","model"]` for each change, of which the last
 * counts. A last line that a crash has cut off is left out. Beyond `maxDevices`, whoever was changed longest ago is
 * forgotten, so that ids that are made up cannot fill the memory.
 */
export class StateFile {
  private readonly models: Map<string, string>
  private readonly file: FileHandle
  private readonly maxDevices: number
  private pending = ''
  private writing: Promise<void> | undefined

  private constructor(models: Map<string, string>, file: FileHandle, maxDevices: number) {
    this.models = models
    this.file = file
    this.maxDevices = maxDevices
  }

  /** Reads what is there and writes it anew without what no longer counts. Throws a `McsimError` where it cannot. */
  static async open(path: string, maxDevices: number): Promise<StateFile> {
    try {
      const models = parseLines(await readIfThere(path))
      const fresh = `${path}.new`
      await writeFile(fresh, [...models].map(formatLine).join(''))
      // A crash before this leaves the old file as it was.
      await rename(fresh, path)
      return new StateFile(models, await open(path, 'a'), maxDevices)
    } catch (error) {
      const message = `the state file ${path} cannot be used: ${(error as Error).message}`
      throw new McsimError({ code: 'state-file', message, hint: 'name a file in a folder that exists and is writable' })
    }
  }

  modelOf(id: string): string | undefined {
    return this.models.get(id)
  }

  /** Resolves when it is written; changes that come while others are being written go together. */
  async remember(id: string, model: string): Promise<void> {
    if (this.models.get(id) !== model) {
      // Deleted first, so that the map is in order of the last change.
      this.models.delete(id)
      this.models.set(id, model)
      if (this.models.size > this.maxDevices) this.models.delete(this.models.keys().next().value as string)
      this.pending += formatLine([id, model])
    }
    // What could not be written before is tried again with this.
    if (this.pending !== '') this.writing = this.settled().then(() => this.writePending())
    await this.writing
  }

  async close(): Promise<void> {
    await this.settled()
    await this.file.close()
  }

  private async settled(): Promise<void> {
    await this.writing?.catch(() => {})
  }

  private async writePending(): Promise<void> {
    const lines = this.pending
    this.pending = ''
    try {
      if (lines !== '') await this.file.appendFile(lines)
    } catch (error) {
      this.pending = lines + this.pending
      throw error
    }
  }
}

const formatLine = (entry: readonly [string, string]) => `${JSON.stringify(entry)}\n`

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function parseLines(text: string): Map<string, string> {
  const models = new Map<string, string>()
  const complete = text.split('\n').slice(0, -1)
  for (const [index, line] of complete.entries()) {
    const [id, model] = readLine(line, index + 1)
    models.set(id, model)
  }
  return models
}

function readLine(line: string, number: number): readonly [string, string] {
  try {
    const entry: unknown = JSON.parse(line)
    const isEntry = Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string')
    if (isEntry) return entry as unknown as readonly [string, string]
  } catch {
    // Falls through to the one message for every line that is not an entry.
  }
  throw new Error(`line ${number} is ${line.slice(0, 60)}, expected ["id","model"]`)
}
