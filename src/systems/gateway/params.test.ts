import { describe, expect, it } from 'vitest'
import { gatewayParams } from './params.ts'

function parse(input: object) {
  const result = gatewayParams.parse(input)
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join('\n'))
  return result.value
}

function problemsOf(input: object) {
  const result = gatewayParams.parse(input)
  return 'problems' in result ? result.problems : []
}

describe('gatewayParams', () => {
  it('fills in defaults and turns durations into milliseconds', () => {
    expect(parse({ answerTimeout: '1.5m' })).toMatchObject({
      dialect: 'acknowledged',
      rows: 2000,
      batchRows: 500,
      stamp: true,
      cohort: 'distinct',
      answerTimeoutMs: 90_000,
      resultsIdleMs: 30_000,
    })
  })

  it('chooses exact rules where generated sums are exact, and tolerant ones where they cannot be', () => {
    expect(parse({}).rules).toMatchObject({ hourEnd: 'exact', amounts: 'decimal', tolerance: 0 })
    expect(parse({ dialect: 'streamed' }).rules).toMatchObject({ hourEnd: 'exact', amounts: 'float32', tolerance: 0 })
    expect(parse({ dialect: 'streamed', rows: 1_200_001 }).rules.tolerance).toBe(1e-4)
    expect(parse({ rows: 1_200_001 }).rules.tolerance).toBe(0)
    expect(parse({ dataFolder: 'd' }).rules.tolerance).toBe(1e-9)
    expect(parse({ dataFolder: 'd', tolerance: 0, amounts: 'float32' }).rules).toMatchObject({ tolerance: 0 })
  })

  it.each([
    [{ interleave: true }, 'interleave', 'sequenced'],
    [{ resetBetween: true, dialect: 'streamed' }, 'resetBetween', 'SESSION_RESET'],
    [{ duplicateEnd: true, dialect: 'streamed' }, 'duplicateEnd', 'answers the end'],
    [{ cohort: 'colliding', dataFolder: 'd' }, 'cohort', 'data folder'],
    [{ leaveAt: 0.4, malformedAt: 0.4 }, 'malformedAt', 'only one'],
    [{ leaveAt: 1 }, 'leaveAt', '1'],
    [{ answerTimeout: '30' }, 'answerTimeout', 'duration'],
    [{ dialekt: 'streamed' }, undefined, 'dialekt'],
  ] as const)('refuses %j', (input, key, text) => {
    const problems = problemsOf(input)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.path[0]).toBe(key)
    expect(JSON.stringify(problems)).toContain(text)
  })
})
