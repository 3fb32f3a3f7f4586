import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createCommonCheckers } from '../../src/check/common-checkers.ts'
import { createDeepBudget } from '../../src/check/deep-scan/deep-budget.ts'
import { createClock } from '../../src/core/clock.ts'
import type { RunEvent } from '../../src/core/event.ts'
import { createMint, deriveRunKey } from '../../src/core/marker.ts'
import type { ClientIndex } from '../../src/core/plan.ts'
import type { System } from '../../src/core/system.ts'
import { createRecorder } from '../../src/engine/recorder.ts'
import { runWitness } from '../../src/engine/run-client.ts'
import { devices } from '../../src/systems/devices/index.ts'
import { gateway } from '../../src/systems/gateway/index.ts'
import { instruments } from '../../src/systems/instruments/index.ts'
import { replay } from '../../src/systems/replay/index.ts'
import { frameOf } from '../support/ws-frames.ts'

/* Witnesses send nothing. What strays to one must be seen, by its marker and as something that it should not have got. */

const runId = 'witnessed'
const witness = 1 as ClientIndex
const owner = 0 as ClientIndex
const key = deriveRunKey(runId)
const marker = createMint(key, 'payload', owner)(1)
const body = JSON.stringify({ leaked: marker })
const answer = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)

/** What each server might send to somebody who has asked for nothing. */
const cases: readonly (readonly [string, System, Buffer])[] = [
  ['a line', gateway as System, Buffer.from(`${marker}\n`)],
  ['an answer', devices as System, answer],
  ['an answer', replay as System, answer],
  ['an event', instruments as System, frameOf(`42["leak",${body}]`)],
]

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** Stands before a server, and sends to its clients what the server did not. */
async function startMeddler(port: number) {
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    clients.add(client)
    for (const socket of [client, upstream]) socket.on('error', () => {})
    client.pipe(upstream).pipe(client)
    client.once('close', () => {
      clients.delete(client)
      upstream.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(() => {
    for (const client of clients) client.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, clients }
}

describe.each(cases)('%s of somebody else', (_name, system, stray) => {
  const parse = (schema: System['params'], input: unknown) => {
    const result = schema.parse(input)
    if (!('value' in result)) throw new Error(JSON.stringify(result.problems))
    return result.value
  }

  it.each(['during', 'after'] as const)(`is seen by a witness of ${system.name} %s the run`, async (when) => {
    const settings = parse(system.settings, {})
    const options = { host: '127.0.0.1', port: 0, statusPort: 0, settings, defects: [], defectRate: 1, seed: 1 }
    const server = await system.startTarget(options)
    stops.push(() => server.stop())
    const meddler = await startMeddler(Number(new URL(server.url).port))
    const target = { url: server.url.replace(/:\d+/, `:${meddler.port}`) }

    const checkers = createCommonCheckers(witness, true)
    let isStanding = () => {}
    const standing = new Promise<void>((resolve) => {
      isStanding = resolve
    })
    const observe = (event: RunEvent) => {
      for (const checker of checkers) checker.observe?.(event)
      if (event.type === 'completion' && event.outcome === 'ok') isStanding()
    }
    const scanning = { key, clients: 2, budget: createDeepBudget('always') }
    const recorder = createRecorder(witness, createClock(), scanning, { observe }, { haltedMs: () => 0 })
    const arrival = { client: witness, group: 'witness', indexInGroup: 0, seed: 1, scheduledAtMs: 0 }
    const context = { runId, arrival, params: parse(system.params, {}), target, recorder }
    const [othersLeft, stopped] = [new AbortController(), new AbortController()]
    if (when === 'after') othersLeft.abort()
    const { createClient } = await system.loadClients()
    const done = runWitness(createClient(context), when, othersLeft.signal, stopped.signal)
    await standing
    for (const client of meddler.clients) client.write(stray)
    const violations = () => checkers.flatMap((checker) => checker.conclude().violations)
    await expect.poll(() => violations().map(({ invariant }) => invariant), { timeout: 5000 }).toContain('ownership')
    othersLeft.abort()
    await done

    const names = violations().map(({ invariant }) => invariant)
    expect(names).toContain('witness-silent')
    const leak = violations().find(({ invariant }) => invariant === 'ownership')
    expect(leak).toMatchObject({ class: 'foreign', owner, recipient: witness, cause: { proof: 'marker' } })
  })
})
