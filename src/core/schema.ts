import type { JsonObject } from './json.ts'
import { describeIssue, type Issue } from './schema-issues.ts'
import type { Problem, Schema } from './system.ts'

/** As much of a zod schema as is needed here, so that core needs no zod. */
export interface Validator<Input> {
  safeParse(
    input: unknown,
    options: { readonly reportInput: true },
  ):
    | { readonly success: true; readonly data: Input }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } }
  toJSONSchema(options: { readonly io: 'input' }): object
}

/**
 * Makes a `Schema` of a zod schema: `createSchema(z.strictObject({ … }))`. The zod schema transforms nothing; units are
 * parsed by `convert`, which sees only what was accepted. A message given to a zod check is phrased "expected …"; what
 * was got is added here.
 */
export function createSchema<Input>(validator: Validator<Input>): Schema<Input>
export function createSchema<Input, T>(validator: Validator<Input>, convert: (input: Input) => T): Schema<T>
export function createSchema<Input, T>(validator: Validator<Input>, convert?: (input: Input) => T): Schema<Input | T> {
  const jsonSchema = () => validator.toJSONSchema({ io: 'input' }) as JsonObject
  return {
    parse(input) {
      const result = validator.safeParse(input, { reportInput: true })
      if (result.success) return { value: convert ? convert(result.data) : result.data }
      const problems = result.error.issues.flatMap(describeIssue)
      return { problems: problems.map((problem) => withAcceptedKeys(problem, jsonSchema, input)) }
    },
    jsonSchema,
  }
}

/** zod does not say which keys it would have accepted; its JSON Schema does. */
function withAcceptedKeys(problem: Problem, jsonSchema: () => JsonObject, input: unknown): Problem {
  if (problem.unknownKey === undefined) return problem
  return { ...problem, accepted: listKeys([jsonSchema()], problem.path, input) }
}

type Path = Problem['path']

/** The keys of the objects that stand at `path` in any of the alternatives that fit the input. */
function listKeys(alternatives: readonly JsonObject[], path: Path, input: unknown): string[] {
  const fitting = alternatives.flatMap((schema) => expandAlternatives(schema)).filter((schema) => fits(schema, input))
  const [step, ...rest] = path
  if (step === undefined) return [...new Set(fitting.flatMap((schema) => Object.keys(schema['properties'] ?? {})))]
  const children = fitting.map((schema) => child(schema, step)).filter((schema) => schema !== undefined)
  return listKeys(children, rest, (input as Record<string | number, unknown>)[step])
}

function expandAlternatives(schema: JsonObject): readonly JsonObject[] {
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as readonly JsonObject[] | undefined
  return alternatives ? alternatives.flatMap(expandAlternatives) : [schema]
}

/** Whether no property that the schema requires to be one of some values has another. */
function fits(schema: JsonObject, input: unknown): boolean {
  const required = (schema['required'] ?? []) as readonly string[]
  return Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>).every(([key, property]) => {
    const values = property['const'] === undefined ? property['enum'] : [property['const']]
    const isFixed = values !== undefined && required.includes(key)
    return !isFixed || (values as readonly unknown[]).includes((input as JsonObject | undefined)?.[key])
  })
}

function child(schema: JsonObject, step: string | number): JsonObject | undefined {
  const properties = schema['properties'] as Record<string, JsonObject> | undefined
  const found = typeof step === 'string' ? (properties?.[step] ?? schema['additionalProperties']) : schema['items']
  return typeof found === 'object' && found !== null ? (found as JsonObject) : undefined
}
