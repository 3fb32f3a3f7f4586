import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import type { RunFile } from '../../src/engine/run-file.ts'
import { createMemoryIo } from '../support/memory-io.ts'

// From the build: only there is the entry of the load threads beside it.
const built = new URL('../../dist/cli/main.js', import.meta.url).href
const { main } = (await import(built)) as typeof import('../../src/cli/main.ts')

interface Small {
  readonly system: string
  readonly defect: string
  readonly params: JsonObject
  readonly settings: JsonObject
}

/** The smallest runs in which every system does something of each kind, and a defect that shows in them at once. */
const systems: readonly Small[] = [
  {
    system: 'gateway',
    defect: 'misrouted-results',
    params: { rows: 200, batchRows: 50, resultsIdleLimit: '1s', dialect: 'acknowledged' },
    settings: { dialect: 'acknowledged' },
  },
  {
    system: 'devices',
    defect: 'shared-input-file',
    params: { rounds: 6, thinkTime: '5ms', requestLimit: '5s' },
    settings: {},
  },
  {
    system: 'replay',
    defect: 'broadcast-stream',
    params: { acts: 4, watch: '80ms', period: '25ms', settle: '300ms', catchUp: '200ms' },
    settings: { period: '25ms' },
  },
  {
    system: 'instruments',
    defect: 'broadcast-to-all-viewers',
    params: { grace: '300ms', away: '50ms', settleTime: '200ms', requestLimit: '5s' },
    settings: { grace: '300ms', pingInterval: '200ms', pingTimeout: '400ms' },
  },
]

const createScenario = ({ system, params, settings, defect }: Small, isDefective: boolean): JsonObject => ({
  name: `small-${system}`,
  maxDuration: '30s',
  targets: { server: { system, settings, ...(isDefective && { defect }) } },
  groups: [
    { name: 'clients', system, target: 'server', clients: 4, params },
    { name: 'witness', system, target: 'server', clients: 1, witness: 'during' },
  ],
})

const isLong = process.env['MCSIM_LONG'] !== undefined

describe('mcsim check', () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-check-'))
  })
  afterAll(() => rm(cwd, { recursive: true }))

  const call = async (...argv: string[]) => {
    const io = createMemoryIo({ cwd })
    const exitCode = await main(argv, io)
    return { exitCode, out: io.out(), err: io.err() }
  }

  describe.each(systems)('of a run of $system', (small) => {
    // How many threads there were is no business of a system's.
    it.each<readonly [string, string]>([
      ['clean', '2'],
      ['defective', '2'],
      ...(isLong || small.system === 'gateway'
        ? ([
            ['clean', '0'],
            ['defective', '0'],
          ] as const)
        : []),
    ])(
      'that is %s, with --threads %s, gives the same report to the last byte, and the same exit code',
      async (kind, threads) => {
        const name = `${small.system}-${kind}-${threads}`
        await writeFile(join(cwd, `${name}.yaml`), JSON.stringify(createScenario(small, kind === 'defective')))
        const run = await call('run', `${name}.yaml`, '--json', '--quiet', '--threads', threads, '--out', name)
        // On a busy machine a clean run may see a time limit; what it sees, check must see.
        const { findings } = JSON.parse(run.out) as RunReport
        expect(findings.length > 0, run.out + run.err).toBe(kind === 'defective')
        const check = await call('check', name, '--json')
        expect(check.out).toBe(run.out)
        expect(check.exitCode).toBe(run.exitCode)
        expect(check.err).toContain('says the same, byte for byte')
      },
    )

    it('whose history is cut anywhere never passes, and is red only where there was a defect', async () => {
      const cut = join(cwd, `${small.system}-cut`)
      for (const kind of ['clean', 'defective']) {
        const whole = join(cwd, `${small.system}-${kind}-2`)
        await mkdir(cut, { recursive: true })
        const { end, ...killed } = JSON.parse(await readFile(join(whole, 'run.json'), 'utf8')) as RunFile
        await writeFile(join(cut, 'run.json'), JSON.stringify(killed))
        const files = ['history-0.bin', 'history-1.bin']
        const bytes = await Promise.all(files.map((file) => readFile(join(whole, file))))
        const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
        await fc.assert(
          fc.asyncProperty(fc.tuple(share, share), async (shares) => {
            for (const [i, file] of files.entries()) {
              const all = bytes[i] as Buffer
              await writeFile(join(cut, file), all.subarray(0, Math.floor(all.length * (shares[i] as number))))
            }
            const { exitCode, out, err } = await call('check', cut, '--json')
            const { verdict, findings } = JSON.parse(out) as RunReport
            expect(err).toContain('holds no report of its own')
            if (kind === 'clean') expect([exitCode, verdict, findings]).toEqual([5, 'inconclusive', []])
            else expect([exitCode, verdict]).toEqual(findings.length > 0 ? [1, 'fail'] : [5, 'inconclusive'])
          }),
          { numRuns: isLong ? 200 : 12 },
        )
      }
    })
  })
})
