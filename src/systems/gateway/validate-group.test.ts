import { describe, expect, it } from 'vitest'
import { type GatewayParams, gatewayParams } from './params.ts'
import { type GatewaySettings, gatewaySettings } from './target/settings.ts'
import { validateGroup } from './validate-group.ts'

const acceptedBy = <T>(parsed: { readonly value: T } | object): T => (parsed as { readonly value: T }).value
const params = (input: object = {}) => acceptedBy<GatewayParams>(gatewayParams.parse(input))
const declaration = { name: 'gateway', system: 'gateway', settings: {}, defects: [], defectRate: 1 }

function problemsAt(reference: object, group: object = {}, loadModel: 'open' | 'closed' = 'closed') {
  const settings = acceptedBy<GatewaySettings>(gatewaySettings.parse(reference))
  return validateGroup({ params: params(group), target: declaration, loadModel, settings })
}

describe('a group of uploaders', () => {
  it('fits a reference gateway of its own dialect', () => {
    expect(problemsAt({})).toEqual([])
    expect(problemsAt({ dialect: 'streamed' })).toMatchObject([{ path: ['params', 'dialect'] }])
    expect(problemsAt({ dialect: 'streamed' }, { dialect: 'streamed' })).toEqual([])
  })

  it('does not keep coming to a gateway that answers when nobody uploads any more', () => {
    expect(problemsAt({ eof: 'barrier' })).toEqual([])
    expect(problemsAt({}, {}, 'open')).toEqual([])
    const [problem, ...others] = problemsAt({ eof: 'barrier' }, {}, 'open')
    expect([problem?.path, others]).toEqual([['load', 'model'], []])
    expect(problem?.hint).toContain('closed')
  })

  it('must know where a foreign server leaves results that are files', () => {
    const problemsOf = (dialect: string, address: object) =>
      validateGroup({
        params: params({ dialect }),
        target: { ...declaration, url: 'tcp://127.0.0.1:9000', ...address },
        loadModel: 'closed',
        settings: undefined,
      })
    expect(problemsOf('sequenced', {})).toEqual([])
    expect(problemsOf('streamed', { resultsDir: 'results' })).toEqual([])
    const [problem] = problemsOf('streamed', {})
    expect(problem?.hint).toContain('--results-dir')
  })
})
