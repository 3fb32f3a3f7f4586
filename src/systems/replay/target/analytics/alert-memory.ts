import { marketFormulas } from '../../params/market-formulas.ts'

const { alertEvery, alertNames } = marketFormulas

/** Which alerts were shown lately, so that each is shown once while its cause lasts. */
export class AlertMemory {
  private taken = 0
  private readonly lastShown: number[] = alertNames.map(() => Number.NEGATIVE_INFINITY)

  /** Of the alerts that a further snapshot raises, those that were not shown in the `alertEvery` snapshots before it. */
  show(raised: number): number {
    this.taken++
    let shown = 0
    for (let alert = 0; alert < this.lastShown.length; alert++) {
      const bit = 1 << alert
      if ((raised & bit) === 0 || this.taken - (this.lastShown[alert] as number) <= alertEvery) continue
      this.lastShown[alert] = this.taken
      shown |= bit
    }
    return shown
  }
}

export const namesOfAlerts = (alerts: number) => alertNames.filter((_, index) => (alerts & (1 << index)) !== 0)
