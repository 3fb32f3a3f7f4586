import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createSchema } from './schema.ts'
import { durationExpected, isDuration, parseDuration } from './units.ts'

const schema = createSchema(
  z.strictObject({
    rows: z.int().min(1).max(10).default(5),
    mode: z.enum(['fast', 'slow']).optional(),
    pause: z.string(durationExpected).refine(isDuration, durationExpected).optional(),
    load: z
      .discriminatedUnion('model', [
        z.strictObject({ model: z.literal('closed'), clients: z.number() }),
        z.strictObject({ model: z.literal('open'), stages: z.array(z.strictObject({ rate: z.number() })) }),
      ])
      .optional(),
    size: z.union([z.string(), z.number()]).optional(),
    list: z.array(z.string()).min(1).optional(),
  }),
  ({ pause, ...rest }) => ({ ...rest, pauseMs: parseDuration(pause ?? '0s') }),
)

function problemsOf(input: unknown) {
  const result = schema.parse(input)
  return 'problems' in result ? result.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) : []
}

describe('a schema made of a zod schema', () => {
  it('fills defaults in and converts units after validation', () => {
    expect(schema.parse({ pause: '2s' })).toEqual({ value: { rows: 5, pauseMs: 2000 } })
  })

  it.each([
    [{ rows: 0 }, 'rows: expected at least 1, got 0'],
    [{ rows: 1.5 }, 'rows: expected a whole number, got 1.5'],
    [{ rows: '3' }, 'rows: expected a number, got "3"'],
    [{ mode: 'fats' }, 'mode: expected one of "fast", "slow", got "fats"'],
    [{ pause: '3 sec' }, 'pause: expected a duration such as 250ms, 30s, 5m or 1.5h, at most 596h, got "3 sec"'],
    [{ pause: 3 }, 'pause: expected a duration such as 250ms, 30s, 5m or 1.5h, at most 596h, got 3'],
    [{ load: { model: 'opn' } }, 'load.model: expected one of "closed", "open", got "opn"'],
    [{ load: {} }, 'load.model: is missing: expected one of "closed", "open"'],
    [{ load: { model: 'closed' } }, 'load.clients: is missing: expected a number'],
    [{ size: true }, 'size: expected text or a number, got true'],
    [{ list: [] }, 'list: expected at least 1 item, got []'],
    [null, ': expected a mapping of keys to values, got nothing'],
  ])('says of %j: %s', (input, message) => expect(problemsOf(input)).toEqual([message]))

  it('reports all problems at once', () => {
    expect(problemsOf({ rows: 0, mode: 1, extra: 1 })).toHaveLength(3)
  })

  it('names the keys that the alternative in question accepts', () => {
    const result = schema.parse({ load: { model: 'open', stages: [{ rate: 1, rat: 2 }], clients: 2 } })
    expect('problems' in result && result.problems).toEqual([
      {
        path: ['load', 'stages', 0],
        message: 'unknown key "rat"',
        unknownKey: 'rat',
        accepted: ['rate'],
      },
      { path: ['load'], message: 'unknown key "clients"', unknownKey: 'clients', accepted: ['model', 'stages'] },
    ])
  })

  it('gives a JSON Schema of the input', () => {
    expect(schema.jsonSchema()).toMatchObject({ type: 'object', additionalProperties: false })
  })
})
