/** What came as JSON and may be anything. */
export type Fields = Readonly<Record<string, unknown>>

export function readFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

export const readText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const readNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** The numbers of a list; undefined where it is none or holds anything else. */
export function readNumbers(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.every((item) => readNumber(item) !== undefined) ? (value as number[]) : undefined
}

const longestId = 200

/** Who is meant: text that is not empty. Numbers are taken as they are spelled. */
export function readUserId(value: unknown): string | undefined {
  const id = typeof value === 'number' ? String(value) : value
  return typeof id === 'string' && id !== '' && id.length <= longestId ? id : undefined
}
