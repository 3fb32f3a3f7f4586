import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClientIndex } from '../../../core/plan.ts'
import { type GatewayParams, gatewayParams } from '../params.ts'
import { deriveAnswers } from '../workload/expected-answers.ts'
import { generateBatches } from '../workload/generate-batches.ts'
import { tallyUpload } from '../workload/oracle.ts'
import { identifyAnonymousOwner } from '../workload/owner-identity.ts'
import { Tally } from '../workload/tally.ts'
import { listBatches } from '../workload/upload-source.ts'
import { generateDataset } from './generate-dataset.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcsim-generate-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(options: { out: string; rows: number; seed: number }, signal = new AbortController().signal) {
  const stdout: string[] = []
  const stderr: string[] = []
  const io = { stdout: (text: string) => stdout.push(text), stderr: (text: string) => stderr.push(text), signal }
  const code = await generateDataset.run?.(options, io)
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

const readText = (...names: string[]) => readFileSync(join(folder, ...names), 'utf8')

describe('mcsim generate dataset', () => {
  it('writes files that read back to the same answers', async () => {
    const { code, stdout } = await run({ out: folder, rows: 12_345, seed: 5 })
    expect(code).toBe(0)
    expect(stdout).toContain('transactions.csv  12345 rows\n')
    const { value: params } = gatewayParams.parse({ dataFolder: folder, stamp: false }) as { value: GatewayParams }
    const arrival = { client: 0 as ClientIndex, group: 'g', indexInGroup: 0, seed: 1, scheduledAtMs: 0 }
    const generated = new Tally(params.rules)
    for await (const batch of listBatches(generateBatches(identifyAnonymousOwner(5), 12_345, 5000)))
      generated.add(batch)
    const read = await tallyUpload({ runId: 'r', arrival, params }, 0)
    expect(deriveAnswers(read)).toEqual(deriveAnswers(generated))
  })

  it('spells them as the real files are', async () => {
    await run({ out: folder, rows: 500, seed: 5 })
    const lines = readText('transactions', 'transactions.csv').split('\n')
    expect(lines[0]).toBe(
      'transaction_id,store_id,payment_method_id,voucher_id,user_id,original_amount,discount_applied,final_amount,created_at',
    )
    const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}'
    const pattern = `^${uuid},\\d+,[1-5],(\\d+\\.0)?,(\\d+\\.0)?,\\d+\\.\\d+,\\d+\\.\\d+,\\d+\\.\\d+,202\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$`
    for (const line of lines.slice(1, -1)) expect(line).toMatch(new RegExp(pattern))
    expect(readText('menu_items', 'menu_items.csv').split('\n')[1]).toMatch(/^1,Brew 1,coffee,\d+\.\d+,False,,$/)
    expect(readText('users', 'users.csv').split('\n')[1]).toMatch(
      /^1,(fe)?male,\d{4}-\d\d-\d\d,2023-\d\d-\d\d \d\d:\d\d:\d\d$/,
    )
    expect(lines.some((line) => line.includes(',,'))).toBe(true)
  })

  it('writes the same for the same seed and something else for another', async () => {
    for (const [name, seed] of [
      ['a', 5],
      ['b', 5],
      ['c', 6],
    ] as const)
      await run({ out: join(folder, name), rows: 50, seed })
    const [a, b, c] = ['a', 'b', 'c'].map((name) => readText(name, 'transactions', 'transactions.csv'))
    expect(b).toBe(a)
    expect(c).not.toBe(a)
  })

  it('refuses a folder that holds something, and a number of rows below 1', async () => {
    await run({ out: folder, rows: 5, seed: 1 })
    await expect(run({ out: folder, rows: 5, seed: 1 })).rejects.toMatchObject({ code: 'dataset-folder-not-empty' })
    await expect(run({ out: join(folder, 'x'), rows: 0, seed: 1 })).rejects.toMatchObject({ code: 'usage' })
    const file = join(folder, 'users', 'users.csv')
    await expect(run({ out: join(file, 'x'), rows: 5, seed: 1 })).rejects.toMatchObject({ code: 'dataset-unwritable' })
  })

  it('stops when it is told to, and says that the files are not complete', async () => {
    const { code, stderr } = await run({ out: folder, rows: 5_000_000, seed: 1 }, AbortSignal.timeout(50))
    expect(code).toBe(130)
    expect(stderr).toContain('not complete')
  })
})
