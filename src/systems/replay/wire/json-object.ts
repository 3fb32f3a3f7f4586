/** The fields of what is a JSON object, each of any type; undefined for anything else. */
export type Fields = Readonly<Record<string, unknown>>

export function readFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

/** The object that a text spells; undefined where it spells none. */
export function parseFields(text: string): Fields | undefined {
  try {
    return readFields(JSON.parse(text))
  } catch {
    return undefined
  }
}

export const stringOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
export const numberOf = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)

/** Without the entries that are undefined. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
