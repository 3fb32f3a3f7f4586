/** Holds back arrivals while a run is paused. */
export class ArrivalGate {
  private opened: Promise<void> | undefined
  private open = () => {}

  pause(): void {
    this.opened ??= new Promise((resolve) => {
      this.open = resolve
    })
  }

  resume(): void {
    this.open()
    this.opened = undefined
  }

  /** Undefined where nothing holds anybody back, else resolves when nothing does any more. */
  wait(): Promise<void> | undefined {
    return this.opened
  }
}
