import type { HttpProbe } from '../core/background.ts'
import { createProbeThread, type ProbeThread } from '../probe/probe-thread.ts'

/** HTTP load by autocannon, in a thread of its own. */
export function createProbe(probe: HttpProbe): ProbeThread {
  return createProbeThread(probe, new URL('./probe-worker.js', import.meta.url))
}
