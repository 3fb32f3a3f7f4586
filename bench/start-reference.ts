import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Reference {
  readonly child: ChildProcess
  readonly url: string
  stop(): Promise<void>
}

/** Starts a reference server as a process of its own, so that its CPU time and memory are not the generator's. */
export async function startReference(system: string, settings: readonly string[] = []): Promise<Reference> {
  const main = new URL('../../bin/mcsim.js', import.meta.url).pathname
  const child = spawn(process.execPath, [main, 'serve', system, '--quiet', '--exit-with-stdin', ...settings], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    child,
    url: (JSON.parse(line) as { url: string }).url,
    async stop() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}
