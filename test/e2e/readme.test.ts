import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findSharedRabbitmq } from '../support/rabbitmq.ts'
import { type RunningBin, runBin, startBin } from '../support/run-bin.ts'

const root = join(import.meta.dirname, '../..')
const readme = await readFile(join(root, 'README.md'), 'utf8')
const amqpUrl = await findSharedRabbitmq()

/** Every command line of the README's shell blocks that runs mcsim, as the words after `mcsim`. */
const commands = [...readme.matchAll(/^(?:\$ |npm ci && )?npx mcsim (.+)$/gm)].map((match) => match[1] as string)

/** The example servers of the README stand at these addresses; the test has its own at free ports. */
const exampleServers = [
  { url: 'tcp://127.0.0.1:12345', dialect: 'acknowledged' },
  { url: 'tcp://127.0.0.1:9000', dialect: 'streamed' },
  { url: 'tcp://127.0.0.1:9001', dialect: 'sequenced' },
] as const

/** What must come of a command, where that is not a pass. */
const otherExitCodes: Readonly<Record<string, number>> = {
  'run scenarios/gateway.yaml --defect misrouted-results': 1,
  'run scenarios/independent-speed.yaml --defect global-controller': 1,
  'validate broken.yaml': 2,
}

describe('the README', () => {
  let cwd: string
  const servers: RunningBin[] = []
  const replacements = new Map<string, string>()

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-readme-'))
    await cp(join(root, 'scenarios'), join(cwd, 'scenarios'), { recursive: true })
    await cp(join(root, 'fixtures/readme/broken.yaml'), join(cwd, 'broken.yaml'))
    await runBin(['generate', 'dataset', '--out', 'data', '--rows', '200', '--seed', '1'], cwd)
    for (const { url, dialect } of exampleServers) {
      const options = dialect === 'streamed' ? ['--results-dir', join(cwd, 'results')] : []
      const server = startBin(['serve', 'gateway', '--dialect', dialect, '--quiet', ...options], cwd)
      servers.push(server)
      replacements.set(url, (JSON.parse(await server.firstLine) as { url: string }).url)
    }
    if (amqpUrl) replacements.set('amqp://127.0.0.1:5672', amqpUrl)
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end('SIGTERM')))
    await rm(cwd, { recursive: true })
  })

  it('shows commands', () => expect(commands.length).toBeGreaterThan(5))

  it.each([...new Set(commands)])('tells the truth about mcsim %s', async (command) => {
    if (command.includes('amqp://') && !amqpUrl) return
    const words = command.split(' ').map((word) => replacements.get(word) ?? word)
    const { exitCode, stdout, stderr } = await runBin(words, cwd)
    expect(exitCode, stdout + stderr).toBe(otherExitCodes[command] ?? 0)
  })

  it('shows what validate prints', async () => {
    const { stderr } = await runBin(['validate', 'broken.yaml'], cwd)
    expect(readme).toContain(stderr.trim())
  })

  it('explains a scenario that is one', async () => {
    const yaml = /```yaml\n([\s\S]+?)```/.exec(readme)?.[1] as string
    await writeFile(join(cwd, 'explained.yaml'), yaml)
    const { exitCode, stdout } = await runBin(['validate', 'explained.yaml'], cwd)
    expect([exitCode, stdout]).toEqual([0, 'explained.yaml: ok (3 groups, 9 clients)\n'])
  })
})
