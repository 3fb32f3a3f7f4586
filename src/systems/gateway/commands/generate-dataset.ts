import { McsimError } from '../../../core/errors.ts'
import { exitCodes } from '../../../core/exit-codes.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { CommandIo, SystemCommand } from '../../../core/system.ts'
import { writeDataset } from '../workload/dataset/write-dataset.ts'

export const generateDataset: SystemCommand = {
  path: ['generate', 'dataset'],
  summary: 'Write a coffee-shop dataset as CSV files, as the uploaders of a gateway read them',
  options: [
    { flags: '--out <dir>', description: 'a new or empty folder', required: true },
    { flags: '--rows <n>', description: 'transactions; each has two items', type: 'integer', default: 100_000 },
    { flags: '--seed <n>', description: 'the same seed gives the same files', type: 'integer', default: 1 },
  ],
  examples: ['mcsim generate dataset --out ./data --rows 1000000 --seed 7'],
  run,
}

async function run(options: JsonObject, io: CommandIo): Promise<number> {
  const [out, rows, seed] = [String(options['out']), Number(options['rows']), Number(options['seed'])]
  if (!(rows >= 1)) throw new McsimError({ code: 'usage', message: `--rows is ${rows}, expected at least 1` })
  try {
    const files = await writeDataset(out, rows, seed, io.signal)
    for (const { path, rows } of files) io.stdout(`${path}  ${rows} rows\n`)
    return exitCodes.pass
  } catch (error) {
    if (!io.signal.aborted) throw error
    io.stderr(`stopped; what is in ${out} is not complete\n`)
    return exitCodes.aborted
  }
}
