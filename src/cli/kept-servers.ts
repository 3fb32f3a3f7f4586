import type { TargetDeclaration } from '../core/scenario.ts'
import type { RunningTarget } from '../core/system.ts'
import type { LaunchTarget } from '../engine/start-targets.ts'

/** Reference servers that serve several runs, one after the other. */
export class KeptServers {
  private readonly running = new Map<string, RunningTarget>()

  /** Gives a run the server that the one before has used, or starts it. */
  async launch(target: TargetDeclaration, launch: LaunchTarget): Promise<RunningTarget> {
    const server = this.running.get(target.name) ?? (await launch(target))
    this.running.set(target.name, server)
    return { ...server, stop: async () => {} }
  }

  async stopAll(): Promise<void> {
    const servers = [...this.running.values()]
    this.running.clear()
    await Promise.all(servers.map((server) => server.stop()))
  }
}
