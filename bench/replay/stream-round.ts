/** What one round of a process with viewers is to do. */
export interface StreamRound {
  /** The server's base URL. */
  readonly url: string
  readonly viewers: number
  /** One snapshot in so long at speed 1. */
  readonly periodMs: number
}

export interface StreamResult {
  readonly snapshots: number
  /** User and system time of the whole process while it received them, without what it takes when nothing comes. */
  readonly cpuMs: number
}

/** How fast viewers watch. */
export const streamSpeed = 10
/** Nobody arrives earlier. */
export const quietMs = 1000
/** Viewers neither leave nor act before the measurement has ended. */
export const watchMs = 20_000

const tickMs = 250
/** Between two ticks, since the round began: nothing is under way, and then all watch. */
const idle = { fromMs: 250, untilMs: 750 }
const streaming = { fromMs: 2250, untilMs: 4250 }

interface Mark {
  readonly atMs: number
  readonly cpuMs: number
  readonly snapshots: number
}

/** Measures one round by what is told four times a second. */
export class StreamMeter {
  readonly done: Promise<StreamResult>
  private readonly beganAtMs = performance.now()
  private readonly marks: Mark[] = []
  private conclude: (result: StreamResult) => void = () => {}

  constructor() {
    this.done = new Promise((resolve) => {
      this.conclude = resolve
    })
  }

  /** `snapshots`: all that were received so far. */
  tick(snapshots: number): void {
    const { user, system } = process.cpuUsage()
    const atMs = performance.now() - this.beganAtMs
    this.marks.push({ atMs, cpuMs: (user + system) / 1000, snapshots })
    if (atMs >= streaming.untilMs) this.conclude(this.result())
  }

  private result(): StreamResult {
    const [quiet, busy] = [this.between(idle), this.between(streaming)]
    return { snapshots: busy.snapshots, cpuMs: busy.cpuMs - (quiet.cpuMs / quiet.atMs) * busy.atMs }
  }

  private between({ fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number }): Mark {
    const first = this.marks.find(({ atMs }) => atMs >= fromMs)
    const last = this.marks.find(({ atMs }) => atMs >= untilMs)
    if (!first || !last || first === last) throw new Error('the round was held up')
    return {
      atMs: last.atMs - first.atMs,
      cpuMs: last.cpuMs - first.cpuMs,
      snapshots: last.snapshots - first.snapshots,
    }
  }
}

/** The process's side: does each round that its parent asks for. */
export function serveStreamRounds(run: (round: StreamRound, meter: StreamMeter) => Promise<StreamResult>): void {
  process.on('message', async (round: StreamRound) => process.send?.(await run(round, new StreamMeter())))
}

export const everyTick = (work: () => void) => setInterval(work, tickMs)
