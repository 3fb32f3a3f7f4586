/** Something that is to be done at a time. Made once, and scheduled again and again. */
export interface Task {
  /** Where it stands in the wheel; -1: it is not scheduled. For the wheel alone. */
  tick: number
  readonly run: () => void
}

export const createTask = (run: () => void): Task => ({ tick: -1, run })

/** Milliseconds that the wheel holds; a later task is looked at again on its way. */
const slotCount = 4096

/**
 * Runs tasks to the millisecond, never early, behind one timer of Node: thousands of sessions cost one array entry for
 * each snapshot. What has nothing scheduled costs nothing.
 */
export class TimerWheel {
  private readonly slots: Task[][] = Array.from({ length: slotCount }, () => [])
  private readonly dueTicks = new Map<Task, number>()
  /** The next tick to be looked at; all before it are done. */
  private nextTick = 0
  private entries = 0
  private timer: NodeJS.Timeout | undefined
  private timerTick = 0
  private isTurning = false

  /** At a time of the clock of `performance`, or as soon as possible. Takes the place of an earlier schedule. */
  schedule(task: Task, atMs: number): void {
    const nowTick = Math.floor(performance.now())
    if (this.entries === 0 && !this.isTurning) this.nextTick = nowTick + 1
    // The slot that is being worked on is no longer there to be added to.
    const first = this.isTurning ? this.nextTick + 1 : this.nextTick
    const wanted = Math.max(Math.ceil(atMs), first)
    const tick = Math.min(wanted, first + slotCount - 2)
    if (wanted > tick) this.dueTicks.set(task, wanted)
    else if (this.dueTicks.size > 0) this.dueTicks.delete(task)
    if (task.tick === tick) return
    task.tick = tick
    this.slotOf(tick).push(task)
    this.entries++
    if (!this.isTurning) this.arm(tick, nowTick)
  }

  cancel(task: Task): void {
    // Its entry stays behind and is passed over.
    task.tick = -1
    if (this.dueTicks.size > 0) this.dueTicks.delete(task)
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    for (const slot of this.slots) slot.length = 0
    this.entries = 0
  }

  private slotOf(tick: number): Task[] {
    return this.slots[tick % slotCount] as Task[]
  }

  private arm(tick: number, nowTick: number): void {
    if (this.timer && this.timerTick <= tick) return
    clearTimeout(this.timer)
    this.timerTick = tick
    this.timer = setTimeout(() => this.turn(), Math.max(1, tick - nowTick))
  }

  private turn(): void {
    this.timer = undefined
    this.isTurning = true
    // Only what was due at the beginning: with too much to do, sockets get their turn between two of these.
    const nowTick = Math.floor(performance.now())
    try {
      for (; this.nextTick <= nowTick && this.entries > 0; this.nextTick++) this.runSlot(this.nextTick)
    } finally {
      this.isTurning = false
      this.armNext()
    }
  }

  private runSlot(tick: number): void {
    const slot = this.slots[tick % slotCount] as Task[]
    if (slot.length === 0) return
    this.slots[tick % slotCount] = []
    this.entries -= slot.length
    for (const task of slot) {
      if (task.tick !== tick) continue
      task.tick = -1
      const due = this.dueTicks.get(task)
      if (due === undefined) task.run()
      else this.schedule(task, due)
    }
  }

  private armNext(): void {
    if (this.entries === 0) return
    let tick = this.nextTick
    while (this.slotOf(tick).length === 0) tick++
    this.arm(tick, Math.floor(performance.now()))
  }
}
