import { expect, it } from 'vitest'
import type { Finding, Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { Percentiles, RunReport } from '../core/report.ts'
import { formatJson } from './format-json.ts'
import { formatText } from './format-text.ts'

const plain = (text: string) => text
const paint = { good: plain, bad: plain, doubtful: plain, strong: plain, dim: plain }
const times: Percentiles = { n: 5, overflow: 0, p50: 1.5, p90: 2, p95: 2, p99: 2.5, p999: 2.5, p9999: 2.5, max: 2.5 }

const leak: Violation = {
  invariant: 'ownership',
  kind: 'isolation',
  class: 'foreign',
  recipient: 3 as ClientIndex,
  owner: 7 as ClientIndex,
  cause: { clients: [7 as ClientIndex], proof: 'marker', message: 'the bytes carry a marker of client 7' },
  atMs: 1200,
  connection: 1,
  message: 'client 3 received data of client 7',
}

const report: RunReport = {
  schema: 'mcsim-report/1',
  mcsimVersion: '0.1.0',
  runId: 'r-1',
  scenario: 'demo',
  seed: 4,
  startedAt: '2026-11-21T00:00:00.000Z',
  durationMs: 3400,
  verdict: 'fail',
  reasons: ['isolation was violated: ownership'],
  warnings: [],
  exitCode: 1,
  timing: { trusted: true, reasons: [] },
  coverage: { bytesScanned: 1_234_567 },
  notObserved: ['hashes'],
  findings: [
    {
      violation: leak,
      count: 10_000,
      firstMs: 1200,
      lastMs: 3000,
      invariants: { ownership: 9999, 'results-own': 1 },
      recipients: [3 as ClientIndex],
      owners: [7 as ClientIndex],
      examples: [],
      role: 'stream',
      transcript: [
        {
          type: 'invocation',
          client: 7 as ClientIndex,
          connection: 1,
          atMs: 1100,
          operation: 'send',
          operationId: 3,
          scheduledAtMs: 1100,
          value: { rows: 5 },
        },
        {
          type: 'marks',
          client: 3 as ClientIndex,
          connection: 1,
          atMs: 1200,
          bytes: 90,
          own: 1,
          deepBytes: 0,
          decodedBytes: 0,
          foreign: [{ kind: 'payload', owner: 7 as ClientIndex, epoch: 0, sequence: 5, offset: 40 }],
        },
      ],
    },
  ],
  invariants: [
    {
      group: 'a',
      name: 'ownership',
      kind: 'isolation',
      sentence: '…',
      examined: 20_000,
      undecidable: 0,
      violations: 9999,
    },
  ],
  groups: [{ name: 'a', system: 'echo', target: 'echo', planned: 8, finished: 8, unfinished: 0, dropped: 0 }],
  operations: [
    {
      group: 'a',
      operation: 'echo',
      underFault: false,
      sent: 6,
      ok: 5,
      failed: 1,
      limited: 0,
      indeterminate: 0,
      inFlight: 0,
      errorCodes: { 'early-close': 1 },
      response: times,
      service: times,
    },
  ],
  pressure: [],
  faults: [],
  targets: [],
  accounting: [{ subject: 'clients planned', total: 8, parts: { finished: 8 }, holds: true }],
  health: { cpuShare: 0.4, loopDelayP99Ms: 2, latenessP50Ms: 0, latenessP99Ms: 1, peakRssBytes: 2 ** 27 },
  environment: { node: 'v20', platform: 'linux x64', cpus: 2, threads: 1 },
  replay: 'mcsim run demo.yaml --seed 4',
  bugs: [],
}

const text = formatText(report, paint)

it('says verdict and reason first', () => {
  expect(text.split('\n').slice(0, 2)).toEqual([
    'FAIL  demo  run r-1, seed 4, 3.40 s',
    '  isolation was violated: ownership',
  ])
})

it('names owner, recipient, cause, count and time of a finding, and its consequences', () => {
  expect(text).toContain('✗ 1. ownership (isolation, foreign): client 3 received data of client 7')
  expect(text).toContain('cause: the bytes carry a marker of client 7 (proof: marker)')
  expect(text).toContain('seen 10000 × from 1.20 s to 3.00 s; by client 3; data of client 7')
  expect(text).toContain('also breaks: results-own (1 ×)')
})

it('shows what recipient and owner did around it, and marks the moment', () => {
  expect(text).toContain('where: connection 1 of client 3 (stream)')
  expect(text).toMatch(/ {2} {3}1\.10 s {2}client 7 {5}→ send #3 \{"rows":5\}\n/)
  expect(text).toMatch(/▶ {3}1\.20 s {2}recipient 3 {2}← 90 bytes with markers: 1 of its own, number 5 of client 7\n/)
})

it('lets nothing of a server reach the terminal that would steer it, or begin a line of its own', () => {
  const hostile = '\u001b[2J\u009b31m\rPASS\nPASS \u202e\u0007'
  const delivery = { type: 'delivery', client: 3 as ClientIndex, connection: 1, atMs: 1200, channel: hostile } as const
  const violation = { ...leak, message: hostile, expected: hostile, received: { [hostile]: hostile } }
  const found = { ...report.findings[0], violation, transcript: [{ ...delivery, value: [hostile] }] } as Finding
  const attacked = {
    ...report,
    findings: [found],
    reasons: [hostile],
    warnings: [hostile],
    bugs: [`Error: ${hostile}\n  at`],
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal.
  const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/
  const shown = formatText(attacked, paint)
  expect(shown).not.toMatch(controls)
  expect(formatJson(attacked)).not.toMatch(controls)
  expect(JSON.parse(formatJson(attacked))).toEqual(attacked)
  expect(shown).toContain('\\u001b[2J\\u009b31m\\u000dPASS\\u000aPASS \\u202e\\u0007')
  // Only a stack has lines of its own.
  expect(shown.split('\n').filter((line) => line.startsWith('PASS'))).toHaveLength(1)
})

it('says what was observed and what was not', () => {
  expect(text).toMatch(/bytes scanned\s+1,234,567/)
  expect(text).toContain('not observed: hashes')
})

it('sums an invariant over the groups and names the red ones', () => {
  expect(text).toMatch(/✗\s+ownership\s+isolation\s+20000\s+0\s+9999\s+a\n/)
})

it('shows counts, error codes and both times of each operation', () => {
  expect(text).toMatch(/a\s+echo\s+6\s+5\s+1\s+0\s+0\s+0\s+1\.5 ms\s+2\.5 ms/)
  expect(text).toContain('a echo: 1 × early-close')
})

it('prints how to run the same again', () => expect(text).toContain('Again: mcsim run demo.yaml --seed 4'))

it('calls accounting that does not hold a bug', () => {
  const broken = {
    ...report,
    accounting: [{ subject: 'clients planned', total: 9, parts: { finished: 8 }, holds: false }],
  }
  expect(formatText(broken, paint)).toContain('Accounting is broken (a bug of mcsim): clients planned 9 = 8 finished')
})
