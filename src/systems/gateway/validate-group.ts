import type { GroupFacts, Problem } from '../../core/system.ts'
import type { GatewayParams } from './params.ts'
import type { GatewaySettings } from './target/settings.ts'
import { checkDataFolder } from './workload/dataset/find-dataset.ts'

/** Problems that the schema of the params alone does not show. */
export function validateGroup({ params, loadModel, settings }: GroupFacts<GatewayParams, GatewaySettings>): Problem[] {
  const problems = checkDataFolder(params)
  if (!settings) return problems
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

const barrierWithoutEnd: Problem = {
  path: ['load', 'model'],
  message:
    'the gateway has "eof: barrier": it answers when all sessions have finished, and in an open model new ones keep coming',
  hint: 'take a closed load, or "eof: per-client"',
}
