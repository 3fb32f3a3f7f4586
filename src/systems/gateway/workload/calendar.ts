import type { OracleRules } from '../params.ts'

const daySeconds = 86_400
const firstDay = Date.UTC(2024, 0, 1) / 1000 / daySeconds
const afterLastDay = Date.UTC(2026, 0, 1) / 1000 / daySeconds

/** The months of 2024 and 2025, `2024-01` first: no other year counts in any query. */
export const months: readonly string[] = Array.from({ length: 24 }, (_, month) =>
  formatDate(Date.UTC(2024, month, 1) / 1000).slice(0, 7),
)

export const halves: readonly string[] = ['2024-H1', '2024-H2', '2025-H1', '2025-H2']
export const monthsPerHalf = 6

const monthOfDay = Int8Array.from({ length: afterLastDay - firstDay }, (_, day) => {
  const date = new Date((firstDay + day) * daySeconds * 1000)
  return (date.getUTCFullYear() - 2024) * 12 + date.getUTCMonth()
})

/** Index in `months`, or -1. */
export function monthOf(seconds: number): number {
  const day = Math.floor(seconds / daySeconds) - firstDay
  return day >= 0 && day < monthOfDay.length ? (monthOfDay[day] as number) : -1
}

/** Whether a moment lies between 06:00 and 23:00. */
export function isWithinHours(seconds: number, hourEnd: OracleRules['hourEnd']): boolean {
  const inDay = seconds - Math.floor(seconds / daySeconds) * daySeconds
  return inDay >= 6 * 3600 && (hourEnd === 'exact' ? inDay <= 23 * 3600 : inDay < 24 * 3600)
}

/** `1971-01-11`. */
export function formatDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

/** `2024-01-14 12:15:00`. */
export function formatDateTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
}
