import { McsimError } from '../core/errors.ts'
import type { JsonObject } from '../core/json.ts'
import type { Scenario, TargetDeclaration } from '../core/scenario.ts'
import type { System } from '../core/system.ts'

/** What a command line may say of the reference servers of a scenario. */
export interface TargetOverrides {
  readonly broker?: string
  readonly defect?: readonly string[]
  readonly defectRate?: number
}

/**
 * Puts broker and defect of the command line into every reference server that knows them. Throws where no server
 * does: a defect that is planted nowhere would make a green run meaningless.
 */
export function overrideTargets(scenario: Scenario, systems: readonly System[], overrides: TargetOverrides): Scenario {
  const { broker, defect, defectRate } = overrides
  let targets = scenario.targets
  if (broker !== undefined)
    targets = overrideKnowing(targets, systems, '--broker', knowsBroker, (t) => withBroker(t, broker))
  if (defect !== undefined) targets = targets.map((target) => ({ ...target, defects: [] }))
  for (const name of defect ?? []) {
    const knows = (system: System) => system.defects.some((known) => known.name === name)
    const plant = (target: TargetDeclaration) => ({ ...target, defects: [...target.defects, name] })
    targets = overrideKnowing(targets, systems, `--defect ${name}`, knows, plant)
  }
  if (defectRate !== undefined)
    targets = targets.map((target) => (target.defects.length > 0 ? { ...target, defectRate } : target))
  return { ...scenario, targets }
}

const knowsBroker = (system: System) =>
  'broker' in ((system.settings.jsonSchema()['properties'] as JsonObject | undefined) ?? {})

const withBroker = (target: TargetDeclaration, broker: string): TargetDeclaration => ({
  ...target,
  settings: { ...(target.settings as JsonObject), broker },
})

function overrideKnowing(
  targets: readonly TargetDeclaration[],
  systems: readonly System[],
  option: string,
  knows: (system: System) => boolean,
  override: (target: TargetDeclaration) => TargetDeclaration,
): readonly TargetDeclaration[] {
  const systemOf = (target: TargetDeclaration) => systems.find(({ name }) => name === target.system) as System
  const concerned = targets.filter((target) => target.url === undefined && knows(systemOf(target)))
  if (concerned.length > 0) return targets.map((target) => (concerned.includes(target) ? override(target) : target))
  const known = targets.flatMap((target) =>
    target.url === undefined ? systemOf(target).defects.map(({ name }) => name) : [],
  )
  throw new McsimError({
    code: 'option-without-target',
    message: `${option} concerns no reference server of this scenario.`,
    hint: known.length > 0 ? `Defects of its servers: ${known.join(', ')}.` : 'All its servers are foreign ones.',
  })
}
