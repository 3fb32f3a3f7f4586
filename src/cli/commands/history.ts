import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { readHistory } from '../../check/history/read-history.ts'
import { McsimError } from '../../core/errors.ts'
import { exitCodes } from '../../core/exit-codes.ts'
import { readRunFile } from '../../engine/run-file.ts'
import { stringifySafely } from '../../report/escape-controls.ts'
import type { Io } from '../io.ts'

export function defineHistory(command: Command, io: Io): void {
  command
    .argument('<dir>', "a run's folder")
    .addHelpText('after', '\nExample:\n  mcsim history reports/20261121-031500-a1b2c3 | head')
    .action(async (dir: string) => {
      io.exitCode = await printHistory(resolve(io.cwd, dir), io)
    })
}

/** Prints the events of a run as NDJSON, thread by thread. A file that was cut is told on stderr. */
async function printHistory(dir: string, io: Io): Promise<number> {
  await readRunFile(dir)
  const files = (await readdir(dir)).filter((name) => /^history-\d+\.bin$/.test(name)).sort()
  if (files.length === 0) throw noHistory(dir)
  for (const file of files) {
    let lines = ''
    const flush = async () => {
      await io.stdout.write(lines)
      lines = ''
    }
    const chunks = readChunks(join(dir, file), flush)
    const summary = await readHistory(file, chunks, {
      observe: (event) => {
        lines += `${stringifySafely(event)}\n`
      },
    })
    await flush()
    if (!summary.end) void io.stderr.write(`warning: ${file} was cut after event ${summary.events}.\n`)
    else if (summary.end.unwritten > 0)
      void io.stderr.write(`warning: ${file} met its limit; ${summary.end.unwritten} events are not in it.\n`)
  }
  return exitCodes.pass
}

/** Reads on only when what the last chunk brought has been taken, so that a slow reader needs no memory here. */
async function* readChunks(path: string, flush: () => Promise<void>): AsyncIterable<Uint8Array> {
  for await (const chunk of createReadStream(path)) {
    yield chunk
    await flush()
  }
}

const noHistory = (dir: string) =>
  new McsimError({
    code: 'no-history',
    message: `${dir} holds no history file.`,
    hint: 'The run ended before its first client; run.json says what was planned.',
  })
