import type { System } from '../core/system.ts'

/**
 * A system as the overview of `mcsim --help` needs it. Its code, with the libraries behind it, is loaded when a command
 * uses it: zod alone takes as long to load as all else that `--help` needs.
 */
export interface SystemEntry {
  /** The system's own name and summary, word for word. */
  readonly name: string
  readonly summary: string
  load(): Promise<System>
}

/** Every system there is. A new one is its folder and one line here. */
export const systemEntries: readonly SystemEntry[] = [
  {
    name: 'gateway',
    summary: 'dataset uploaders over TCP, each of which is answered four queries about its own data',
    load: async () => (await import('./gateway/index.ts')).gateway,
  },
  {
    name: 'devices',
    summary: 'IoT devices over HTTP, each of which is told a model and where to stop inferring by itself',
    load: async () => (await import('./devices/index.ts')).devices,
  },
  {
    name: 'replay',
    summary: 'market replay viewers, each of which controls and watches a replay of its own',
    load: async () => (await import('./replay/index.ts')).replay,
  },
  {
    name: 'instruments',
    summary: 'measurement agents and their viewers over Socket.IO, each of which sees its own user’s results',
    load: async () => (await import('./instruments/index.ts')).instruments,
  },
]

/** Loads the code of the systems, for a command that needs it. */
export type LoadSystems = () => Promise<readonly System[]>

/** All systems, or those of `entries`. */
export function loadSystems(entries: readonly SystemEntry[] = systemEntries): Promise<readonly System[]> {
  return Promise.all(entries.map((entry) => entry.load()))
}
