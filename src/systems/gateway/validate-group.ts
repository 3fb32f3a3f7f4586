import type { GroupFacts, Problem } from '../../core/system.ts'
import type { GatewayParams } from './params.ts'
import type { GatewaySettings } from './target/settings.ts'
import { checkDataFolder } from './workload/dataset/find-dataset.ts'

/** Problems that the schema of the params alone does not show. */
export function validateGroup(group: GroupFacts<GatewayParams, GatewaySettings>): Problem[] {
  const { params, target, loadModel, settings } = group
  const problems = checkDataFolder(params)
  if (!settings) {
    const isHidden = params.dialect === 'streamed' && target.resultsDir === undefined
    return isHidden ? [...problems, hiddenResults] : problems
  }
  return [
    ...problems,
    ...(params.dialect === settings.dialect ? [] : [describeDialects(params.dialect, settings.dialect)]),
    ...(settings.eof === 'barrier' && loadModel === 'open' ? [barrierWithoutEnd] : []),
  ]
}

const describeDialects = (client: string, server: string): Problem => ({
  path: ['params', 'dialect'],
  message: `the clients speak ${client}, but their gateway understands ${server}`,
  hint: `set "dialect: ${client}" in the target's settings as well`,
})

const hiddenResults: Problem = {
  path: ['params', 'dialect'],
  message: 'a server of the streamed dialect leaves its results in files, and this target does not say where',
  hint: 'set "resultsDir" in the target, or give --results-dir',
}

const barrierWithoutEnd: Problem = {
  path: ['load', 'model'],
  message:
    'the gateway has "eof: barrier": it answers when all sessions have finished, and in an open model new ones keep coming',
  hint: 'take a closed load, or "eof: per-client"',
}
