import { describe, expect, it } from 'vitest'
import { devicesParams } from './devices-params.ts'
import { builtInLayerCount, builtInModels } from './models.ts'

const problemsOf = (input: unknown) => {
  const parsed = devicesParams.parse(input)
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) : []
}

describe('the params of a group of devices', () => {
  it('need not be stated', () => {
    expect(devicesParams.parse({})).toMatchObject({
      value: { rounds: 10, thinkTimeMs: 1000, requestLimitMs: 5000, defaultModel: 'fomo_96x96', decisionLevels: 6 },
    })
  })

  it('take models of the user, of which the first is the default', () => {
    const layers = [1, 2].map((factor) => ({ outputBytes: 4 * factor, deviceSeconds: 1, edgeSeconds: 0.5 }))
    expect(devicesParams.parse({ models: [{ name: 'own', layers }] })).toMatchObject({
      value: { defaultModel: 'own', models: [{ name: 'own', inputBytes: 18_432, layers }] },
    })
  })

  it.each([
    [{ deviceIds: ['ten_bytes_'] }, 'deviceIds.0: expected up to 9 letters'],
    [{ deviceIds: ['a', 'a'] }, 'deviceIds: expected an id of its own for each device'],
    [{ defaultModel: 'none' }, 'defaultModel: expected the name of one of the models'],
    [{ endpoints: { registration: 'register' } }, 'endpoints.registration: expected a path such as /registration'],
    [{ models: [{ name: 'm', layers: [] }] }, 'models.0.layers: expected at least 2 items'],
  ])('say of %j: %s', (input, message) => expect(problemsOf(input)).toEqual([expect.stringContaining(message)]))
})

describe('the built-in models', () => {
  it('have layers 0…58 each, whose output is a list of float32 that is smaller in the end than at the beginning', () => {
    for (const { layers } of builtInModels) {
      expect(layers.length).toBe(builtInLayerCount)
      expect(layers.every(({ outputBytes }) => outputBytes % 4 === 0)).toBe(true)
      expect(layers.at(-1)?.outputBytes).toBeLessThan(layers[0]?.outputBytes ?? 0)
    }
  })

  it('are told apart by their sizes', () => {
    const sizes = builtInModels.map(({ layers }) => layers.map(({ outputBytes }) => outputBytes).join())
    expect(new Set(sizes).size).toBe(builtInModels.length)
  })
})
