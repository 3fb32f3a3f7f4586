const secondsPerDay = 86_400

/** Months since year 0, of seconds since 1970 in UTC. Days repeat a lot in a table, so each is worked out once. */
export function monthNumber(epochS: number): number {
  const day = Math.floor(epochS / secondsPerDay)
  const known = monthsOfDays.get(day)
  if (known !== undefined) return known
  const date = new Date(day * secondsPerDay * 1000)
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth()
  if (monthsOfDays.size >= 10_000) monthsOfDays.clear()
  monthsOfDays.set(day, month)
  return month
}

/** `2024-05` */
export const formatMonth = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`

/** Half years since year 0. */
export const halfNumber = (epochS: number) => Math.floor(monthNumber(epochS) / 6)

/** `2024-H1` */
export const formatHalf = (half: number) => `${Math.floor(half / 2)}-H${(half % 2) + 1}`

/** `1971-01-11`; empty for a time that no calendar reaches, which only a hostile client sends. */
export function formatDate(epochS: number): string {
  const date = new Date(epochS * 1000)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10)
}

/** Seconds since midnight, UTC. */
export const secondOfDay = (epochS: number) => epochS % secondsPerDay

const monthsOfDays = new Map<number, number>()
