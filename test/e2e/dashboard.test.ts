import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const bin = new URL('../../bin/mcsim.js', import.meta.url).pathname
const enterAlternateScreen = '\x1b[?1049h'
const leaveAlternateScreen = '\x1b[?1049l'

/** Two devices that would poll for minutes. */
const scenario = `
targets: { devices: { system: devices } }
groups:
  - { name: pollers, system: devices, target: devices, clients: 2, params: { rounds: 1000, thinkTime: 20ms } }
`

describe('the dashboard in a terminal', () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-tty-'))
    await writeFile(join(cwd, 'x.yaml'), scenario)
  })
  afterAll(() => rm(cwd, { recursive: true }))

  /** Runs mcsim in a pseudo-terminal of its own, which script(1) opens. */
  function startInTerminal(args: string, env: NodeJS.ProcessEnv = {}) {
    const command = `stty cols 100 rows 30; exec ${process.execPath} ${bin} ${args}`
    const clean = { ...process.env, TERM: 'xterm', ...env }
    if (!('CI' in env)) Reflect.deleteProperty(clean, 'CI')
    const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, env: clean })
    let screen = ''
    child.stdout.on('data', (chunk) => {
      screen += chunk
    })
    const exit = once(child, 'exit') as Promise<[number]>
    const sees = (text: string) =>
      expect.poll(() => stripVTControlCharacters(screen).includes(text), { timeout: 30_000 }).toBe(true)
    return { sees, press: (keys: string) => child.stdin.write(keys), exit, screen: () => screen }
  }

  it('takes the terminal, follows its keys, and gives it back with the result on it', async () => {
    const { sees, press, exit, screen } = startInTerminal('run x.yaml --out dashboard')
    await sees('response times of pollers')
    press('\r')
    await sees('client 0 of pollers')
    await sees('→ decide')
    press('q')
    await sees('draining')
    // Rounds take longer than a run may drain.
    press('\x03')
    const [code] = await exit
    expect(code).toBe(130)
    const end = screen().slice(screen().lastIndexOf(leaveAlternateScreen))
    expect(screen().indexOf(enterAlternateScreen)).toBeGreaterThanOrEqual(0)
    expect(end).toContain(leaveAlternateScreen)
    expect(end).toContain('\x1b[?25h')
  })

  it('is followed by the report where the run comes to its end', async () => {
    const { exit, screen } = startInTerminal('devices --clients 2 --rounds 2 --out whole')
    const [code] = await exit
    expect(code).toBe(0)
    const end = screen().slice(screen().lastIndexOf(leaveAlternateScreen))
    expect(end).toMatch(/PASS[\s\S]*Accounting holds/)
  })

  it('does not appear in CI, though there is a terminal', async () => {
    const { exit, screen } = startInTerminal('devices --clients 2 --rounds 2 --out ci', { CI: 'true' })
    expect((await exit)[0]).toBe(0)
    expect(screen()).toContain('PASS')
    expect(screen()).not.toContain(enterAlternateScreen)
  })
})
