import type { Problem } from './system.ts'

/** What all issues of zod 4 have; the further fields depend on `code` (zod's `$ZodIssue`). */
export interface Issue {
  readonly code?: string | undefined
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly input?: unknown
}

interface IssueFields extends Issue {
  readonly expected?: string
  readonly origin?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  readonly inclusive?: boolean
  readonly divisor?: number
  readonly values?: readonly unknown[]
  readonly keys?: readonly string[]
  readonly options?: readonly unknown[]
  readonly errors?: readonly (readonly Issue[])[]
  readonly issues?: readonly Issue[]
}

/** Problems in words for people who do not know zod: what was expected, and what was got. */
export function describeIssue(issue: Issue): readonly Problem[] {
  const fields = issue as IssueFields
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  if (issue.code === 'unrecognized_keys') {
    return (fields.keys ?? []).map((key) => ({ path, message: `unknown key ${quote(key)}`, unknownKey: key }))
  }
  if (issue.code === 'invalid_union') return describeUnion(fields, path)
  if (issue.code === 'invalid_key') return (fields.issues ?? []).flatMap((inner) => describeIssue({ ...inner, path }))
  const accepted = issue.code === 'invalid_value' ? { accepted: (fields.values ?? []).map(String) } : {}
  return [{ path, message: say(describeExpected(fields), issue.input), ...accepted }]
}

function describeUnion(issue: IssueFields, path: Problem['path']): readonly Problem[] {
  if (issue.options) {
    // zod reports the whole object as the input; the value of the discriminator is what was wrong.
    const got = (issue.input as Record<string | number, unknown>)[path.at(-1) ?? '']
    return [{ path, message: say(oneOf(issue.options), got), accepted: issue.options.map(String) }]
  }
  const branches = issue.errors ?? []
  const closest = branches.find((branch) => !branch.some(isWrongType))
  if (closest) return closest.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }))
  const expected = new Set(branches.flat().map((inner) => describeExpected(inner)))
  return [{ path, message: say([...expected].join(' or '), issue.input) }]
}

const isWrongType = (issue: Issue) => issue.code === 'invalid_type' && issue.path.length === 0

function say(expected: string, got: unknown): string {
  return got === undefined ? `is missing: expected ${expected}` : `expected ${expected}, got ${describeValue(got)}`
}

function describeExpected(issue: IssueFields): string {
  // The schema's own words, where it has some; zod's begin with a capital.
  if (issue.message.startsWith('expected ')) return issue.message.slice('expected '.length)
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected ?? ''] ?? issue.expected ?? 'another value'
    case 'invalid_value':
      return oneOf(issue.values ?? [])
    case 'too_small':
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${countedUnit(issue, issue.minimum)}`
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${countedUnit(issue, issue.maximum)}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    default:
      return issue.message
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
}

function countedUnit(issue: IssueFields, count: number | bigint | undefined): string {
  const unit = issue.origin === 'string' ? 'character' : issue.origin === 'array' ? 'item' : undefined
  return unit ? ` ${unit}${count === 1 ? '' : 's'}` : ''
}

const oneOf = (values: readonly unknown[]) =>
  values.length === 1 ? describeValue(values[0]) : `one of ${values.map(describeValue).join(', ')}`

const longestValue = 60

/** A value as it may stand in a message: JSON, cut when it is long; an empty place of YAML is null. */
function describeValue(value: unknown): string {
  if (value === null) return 'nothing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text
}

const quote = (text: string) => JSON.stringify(text)
