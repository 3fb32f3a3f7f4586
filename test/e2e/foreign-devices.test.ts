import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import {
  type Fleet,
  type ForeignDevice,
  startForeignDevices,
  type Variant,
} from '../support/foreign-devices/start-foreign-devices.ts'
import { runBin } from '../support/run-bin.ts'

/*
 * Servers that we have not written: these are made from the description of the protocol alone and share no code with
 * `src/`. What is said of a correct one would be said of a user's.
 */
let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcsim-foreign-'))
})
afterAll(() => rm(cwd, { recursive: true }))

/** Runs devices at the server, as a user would: by options, or with the parameters that only a scenario can say. */
async function drive(variant: Variant, options: readonly string[] = [], params?: JsonObject) {
  const server = await startForeignDevices(variant)
  const out = await mkdtemp(join(cwd, 'run-'))
  const common = ['--json', '--out', join(out, 'report')]
  const size = ['--clients', '8', '--rounds', '10', '--think-time', '5ms']
  const byOptions = ['devices', '--target', server.url, ...size, ...options, ...common]
  const result = await runBin(
    params ? ['run', await writeScenario(out, server.url, params), ...common] : byOptions,
    cwd,
  )
  await server.stop()
  expect(result.stdout, result.stderr).not.toBe('')
  return { ...result, report: JSON.parse(result.stdout) as RunReport }
}

async function writeScenario(folder: string, url: string, params: JsonObject): Promise<string> {
  const file = join(folder, 'foreign.yaml')
  const group = { name: 'devices', system: 'devices', target: 'devices', clients: 8 }
  const living = { rounds: 10, thinkTime: '5ms', reRegisterEvery: 5 }
  const groups = [{ ...group, params: { ...living, ...params } }]
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ targets: { devices: { system: 'devices', url } }, groups }))
  return file
}

interface Case {
  readonly variant: Variant
  readonly options?: readonly string[]
  readonly params?: JsonObject
}

const shortPaths = {
  registration: '/v2/register',
  device_input: '/v2/image',
  offloading_layer: '/v2/layer',
  device_inference_result: '/v2/result',
} as const

const sendInPieces = (response: ServerResponse, text: string) => {
  response.write(text.slice(0, 3))
  setImmediate(() => {
    response.write(text.slice(3, 11))
    setImmediate(() => response.end(text.slice(11)))
  })
}

const correct: Record<string, Case> = {
  'answers as the description says': { variant: {}, options: ['--forge'] },
  'wants the id of a report in its body alone': { variant: { bodyIdOnly: true }, options: ['--body-id'] },
  'is below no path': { variant: { basePath: '' } },
  'is below a path of two parts': { variant: { basePath: '/edge/v1' } },
  'has other paths': {
    variant: { paths: shortPaths },
    params: {
      endpoints: {
        registration: shortPaths.registration,
        deviceInput: shortPaths.device_input,
        offloadingLayer: shortPaths.offloading_layer,
        deviceInferenceResult: shortPaths.device_inference_result,
      },
    },
  },
  'has a network and an edge ten times faster': { variant: { speeds: { bytesPerSecond: 1e7, secondsPerByte: 4e-9 } } },
  'has a network and an edge ten times slower': { variant: { speeds: { bytesPerSecond: 1e5, secondsPerByte: 4e-7 } } },
  'never forgets that a layer was slow': {
    variant: { decide: ({ reports }, _fleet, own) => beforeSlow(reports) ?? own },
  },
  'tells a few devices to run all layers': {
    variant: { decide: ({ reports }, _fleet, own) => (reports.length % 7 === 6 ? -1 : own) },
    params: { localRate: 0.2 },
  },
  'has models of its own': {
    variant: { answer: (fields) => ('model_name' in fields ? { ...fields, model_name: 'their_net_v3' } : fields) },
  },
  'closes the connection after each answer': {
    variant: {
      send(response, text) {
        response.shouldKeepAlive = false
        response.end(text)
      },
    },
  },
  'speaks HTTP/1.0, tells no length and ends an answer by closing': {
    variant: {
      send(response, text) {
        response.socket?.end(`HTTP/1.0 200 OK\r\nServer: old\r\n\r\n${text}`)
      },
    },
  },
  'sends its answers in slow pieces': { variant: { send: sendInPieces } },
  'asks for patience first': {
    variant: {
      send(response, text) {
        response.writeProcessing()
        response.end(text)
      },
    },
  },
  'says more than is asked, with names of its own': {
    variant: {
      answer: (fields, endpoint) => ({ ...fields, ok: true, server: { name: 'edge-7', endpoint }, took_ms: 0.25 }),
    },
  },
}

/** The last layer before the first that was ever slow; undefined where none was. */
function beforeSlow(reports: ForeignDevice['reports']): number | undefined {
  const slow = reports.map(({ seconds }) => seconds.findIndex((time) => time > 1)).filter((layer) => layer > 0)
  return slow.length === 0 ? undefined : Math.min(...slow) - 1
}

describe('a correct server for devices of somebody else passes that', () => {
  it.each(Object.entries(correct))('%s', async (name, { variant, options, params }) => {
    const { exitCode, report, stderr } = await drive(variant, options, params)
    expect(report.findings, stderr).toEqual([])
    const [verdict, code] = name === 'has models of its own' ? ['inconclusive', 5] : ['pass', 0]
    expect([report.verdict, exitCode], report.reasons.join()).toEqual([verdict, code])
    if (verdict === 'pass') expect(report.coverage.decidableDeliveries).toBeGreaterThan(50)
  })
})

const another = (device: ForeignDevice, { devices }: Fleet) =>
  [...devices.values()].find(({ id }) => id !== device.id) ?? device

const leaking: Record<string, Case & { readonly breaks: string }> = {
  'decides for all by the last reports': {
    breaks: 'decision-own',
    variant: {
      decide: (_device, { reports }, own) => beforeSlow(reports.slice(-8)) ?? own,
    },
  },
  'answers a poll with what is for another device': {
    breaks: 'decision-own',
    variant: {
      decide: (device, fleet, own) =>
        device.reports.length === 3 ? (beforeSlow(another(device, fleet).reports) ?? own) : own,
    },
  },
  "echoes another's id at registration": {
    breaks: 'registration-echo',
    variant: {
      answer: (fields, endpoint, device, fleet) =>
        endpoint === 'registration' ? { ...fields, client_id: another(device, fleet).id } : fields,
    },
  },
  "names another's id deep in an answer": {
    breaks: 'registration-echo',
    variant: {
      answer: (fields, endpoint, device, fleet) =>
        endpoint === 'device_input' ? { ...fields, last: [{ client_id: another(device, fleet).id }] } : fields,
    },
  },
  'gives another model when a device comes back': {
    breaks: 'model-stable',
    variant: {
      answer: (fields, endpoint, { reports }) =>
        endpoint === 'registration' && reports.length > 0 ? { ...fields, model_name: 'fomo_96x96_lite' } : fields,
    },
  },
  'decides for another model': {
    breaks: 'model-stable',
    variant: {
      answer: (fields, endpoint) =>
        endpoint === 'offloading_layer' ? { ...fields, model_name: 'fomo_96x96_micro' } : fields,
    },
  },
  'believes whatever name it is given': {
    breaks: 'forged-id-refused',
    variant: { trusting: true },
    options: ['--forge'],
  },
  'keeps ids of four characters': {
    breaks: 'registration-echo',
    variant: { keyOf: (id) => id.slice(0, 4) },
    params: { cohort: 'colliding' },
  },
  'forgets who comes back': {
    breaks: 'same-id-same-device',
    variant: {
      answer(fields, endpoint, device) {
        if (endpoint === 'registration') device.reports.length = 0
        return fields
      },
    },
  },
}

describe('a server for devices of somebody else fails that', () => {
  it.each(Object.entries(leaking))('%s', async (_name, { breaks, variant, options, params }) => {
    const { exitCode, report } = await drive(variant, options, params)
    expect([report.verdict, exitCode]).toEqual(['fail', 1])
    const broken = report.findings.flatMap(({ invariants }) => Object.keys(invariants))
    expect(broken).toContain(breaks)
    // An id tells whose it is.
    if (breaks === 'registration-echo') expect(report.findings.flatMap(({ owners }) => owners)).not.toEqual([])
  })
})
