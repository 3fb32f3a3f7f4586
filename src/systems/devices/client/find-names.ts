import { clientIdKey } from '../wire/endpoints.ts'

const key = JSON.stringify(clientIdKey)
const namePattern = new RegExp(`${key}\\s*:\\s*"([^"]{1,64})"`, 'g')

/** The devices that an answer names, in whatever field of whatever depth; undefined where it names none. */
export function findNames(text: string): readonly string[] | undefined {
  if (!text.includes(key)) return undefined
  return [...text.matchAll(namePattern)].map((match) => match[1] as string)
}
