import { describe, expect, it } from 'vitest'
import { replay } from '../index.ts'
import { driveViewers } from './drive-viewers.ts'

const paramsOf = (options: object) => {
  const all = { clients: 2, acts: 3, watch: '1s', dialect: 'session-last', ...options }
  const scenario = driveViewers.toScenario?.(all) as { groups: { params: object }[] } | undefined
  const parsed = replay.params.parse(scenario?.groups[0]?.params)
  return 'value' in parsed ? parsed.value : parsed
}

describe('mcsim viewers', () => {
  it('takes facts of the target from its options', () => {
    const options = { history: false, switchPlays: true, requestsPerMinute: 100 }
    expect(paramsOf(options)).toMatchObject(options)
  })

  it('expects of a target what the documentation promises where nothing is said', () => {
    const facts = { history: true, switchPlays: false, requestsPerMinute: undefined }
    expect(paramsOf({ history: true })).toMatchObject(facts)
    expect(paramsOf({})).toMatchObject(facts)
  })
})
