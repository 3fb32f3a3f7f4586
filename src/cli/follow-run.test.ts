import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createMemoryIo } from '../../test/support/memory-io.ts'
import type { Scenario } from '../core/scenario.ts'
import { followRun } from './follow-run.ts'
import type { Io, TerminalIo } from './io.ts'

const scenario = { name: 'x', seed: 1, groups: [] } as unknown as Scenario
const wanted = { runId: 'run', strict: false, quiet: false, dashboard: true }

/** A terminal of which all that is written is kept. */
function createTerminal() {
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 24, isTTY: true })
  const atExit = new Set<() => void>()
  const terminal = {
    input: Object.assign(new PassThrough(), { isTTY: false }),
    output,
    interrupt: () => {},
    onExit(act: () => void) {
      atExit.add(act)
      return () => void atExit.delete(act)
    },
  } as unknown as TerminalIo
  return { terminal, written: () => String(output.read() ?? ''), atExit }
}

const withTerminal = (terminal: TerminalIo, env: Io['env'] = {}): Io => ({ ...createMemoryIo({ env }), terminal })

it('takes a terminal over and gives it back once', async () => {
  const { terminal, written, atExit } = createTerminal()
  const follower = await followRun(scenario, wanted, withTerminal(terminal))
  expect(written()).toContain('\x1b[?1049h')
  expect(atExit.size).toBe(1)
  follower.close()
  follower.close()
  expect(written().split('\x1b[?1049l')).toHaveLength(2)
  expect(atExit.size).toBe(0)
})

it('gives the terminal back when the process ends before', async () => {
  const { terminal, written, atExit } = createTerminal()
  const follower = await followRun(scenario, wanted, withTerminal(terminal))
  for (const act of atExit) act()
  expect(written()).toContain('\x1b[?1049l')
  follower.close()
})

it('keeps warnings until the terminal is free', async () => {
  const { terminal } = createTerminal()
  const io = { ...createMemoryIo(), terminal }
  const follower = await followRun(scenario, wanted, io)
  follower.warn('warning: the server has gone')
  expect(io.err()).toBe('')
  follower.close()
  expect(io.err()).toBe('warning: the server has gone\n')
})

it.each([
  ['in CI', wanted, { CI: 'true' }],
  ['on a dumb terminal', wanted, { TERM: 'dumb' }],
  ['where it is not wanted', { ...wanted, dashboard: false }, {}],
  ['where nothing is wanted', { ...wanted, quiet: true }, {}],
])('takes no terminal over %s', async (_, options, env) => {
  const { terminal, written } = createTerminal()
  const follower = await followRun(scenario, options, withTerminal(terminal, env))
  follower.close()
  expect(written()).toBe('')
})
