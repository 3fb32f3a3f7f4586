import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exitCodes } from '../../src/core/exit-codes.ts'
import { createRandom } from '../../src/core/random.ts'
import type { RunReport } from '../../src/core/report.ts'
import { queries } from '../../src/systems/gateway/wire/results.ts'
import { type GatewayCluster, startGatewayCluster } from '../support/gateway-cluster.ts'
import { canStartRabbitmq } from '../support/rabbitmq.ts'
import { type RunningBin, startBin } from '../support/run-bin.ts'
import { type RabbitmqServer, startRabbitmq } from '../support/start-rabbitmq.ts'

const seed = Number(process.env.MCSIM_KILL_SEED ?? Date.now() % 1_000_000)
const clients = 5
const iterations = process.env.MCSIM_LONG ? 40 : 4
const uploads = clients * iterations
/** Far above what a run takes, even where the clients wait for results in vain: only a hang reaches it. */
const limitMs = 240_000

describe.skipIf(!canStartRabbitmq())(`a gateway with workers as processes, killed as of seed ${seed}`, () => {
  const random = createRandom(seed, 'kill')
  let rabbitmq: RabbitmqServer
  let cluster: GatewayCluster
  let out: string

  beforeAll(async () => {
    console.log(`MCSIM_KILL_SEED=${seed} kills in the same order`)
    out = await mkdtemp(join(tmpdir(), 'mcsim-kill-'))
    rabbitmq = await startRabbitmq()
    cluster = await startGatewayCluster(rabbitmq.url)
  })
  afterAll(async () => {
    await cluster?.stop()
    await rabbitmq?.stop()
    await rm(out, { recursive: true, force: true })
  })

  const startUploads = (folder: string) => {
    const load = ['--clients', String(clients), '--iterations', String(iterations), '--rows', '20000']
    const output = ['--out', folder, '--quiet', '--json']
    return startBin(['gateway', '--target', cluster.url, ...load, '--seed', String(seed), ...output], out)
  }
  const readReport = async ({ result }: RunningBin) => {
    const { exitCode, stdout, stderr } = await result
    if (stdout === '') throw new Error(`mcsim gateway exited with ${exitCode}:\n${stderr}`)
    return { exitCode, report: JSON.parse(stdout) as RunReport }
  }

  it('answers every client as if nobody had been killed', { timeout: limitMs }, async () => {
    const run = startUploads('killed')
    const killed: string[] = []
    let victims: number[] = []
    let running = true
    void run.result.then(() => {
      running = false
    })
    while (running) {
      await Promise.race([delay(random.integer(20, 400)), run.result])
      // Each worker once before any is killed again, so that every stage has its turn.
      if (victims.length === 0) victims = Array.from({ length: cluster.workerCount }, (_, index) => index)
      const [victim] = victims.splice(random.integer(0, victims.length - 1), 1)
      if (running) killed.push(await cluster.replaceWorker(victim as number))
    }
    const { exitCode, report } = await readReport(run)
    console.log(`killed: ${killed.join(', ')}`)
    expect(killed.length).toBeGreaterThanOrEqual(3)
    expect(report.findings).toEqual([])
    expect([exitCode, report.verdict]).toEqual([0, 'pass'])
    expect(report.operations.find(({ operation }) => operation === 'results')).toMatchObject({ ok: uploads })
    for (const name of ['results-own', 'results-exact', 'results-complete']) {
      const judged = report.invariants.find((invariant) => invariant.name === name)
      expect(judged?.examined, name).toBeGreaterThanOrEqual(queries.length * uploads)
    }
  })

  it('survives a restart of RabbitMQ, or says what was lost by whom', { timeout: limitMs }, async () => {
    const run = startUploads('restarted')
    await delay(random.integer(600, 1400))
    expect(run.child.exitCode).toBeNull()
    await rabbitmq.restart()
    const { exitCode, report } = await readReport(run)
    console.log(
      `after the restart: ${report.verdict}, ${JSON.stringify(report.findings.map(({ violation }) => violation.message))}`,
    )
    const wrong = report.findings.filter(({ violation }) => !['loss', 'liveness'].includes(violation.kind))
    expect(wrong).toEqual([])
    const answered = report.operations.find(({ operation }) => operation === 'results')
    if (answered?.ok === uploads) expect([exitCode, report.verdict]).toEqual([0, 'pass'])
    else {
      expect(answered?.errorCodes).not.toEqual({})
      expect([exitCodes.violated, exitCodes.operationsFailed]).toContain(exitCode)
    }
  })
})
