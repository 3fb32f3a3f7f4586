import { type LocatedProblem, McsimError } from '../core/errors.ts'
import type { JsonObject } from '../core/json.ts'
import type { Scenario } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { checkDocument } from './check-document.ts'
import { YamlSource } from './yaml-source.ts'

export interface ScenarioSource {
  readonly text: string
  /** How messages name the file. */
  readonly file: string
  readonly systems: readonly System[]
}

/** Reads a scenario from YAML. Throws one McsimError with all problems of the file, each with its place. */
export function loadScenario({ text, file, systems }: ScenarioSource): Scenario {
  const source = new YamlSource(file, text)
  const syntaxProblems = source.findSyntaxProblems()
  if (syntaxProblems.length > 0) throw createScenarioError(file, syntaxProblems)
  const read = source.toData()
  if ('problem' in read) throw createScenarioError(file, [read.problem])
  const result = checkDocument(read.data, systems, nameAfter(file))
  if ('scenario' in result) return result.scenario
  const located = result.problems.map((problem) => source.locate(problem))
  throw createScenarioError(
    file,
    located.toSorted((a, b) => a.line - b.line || a.column - b.column),
  )
}

const commandLine = '(command line)'

/** Reads a scenario from a document that a command made of its options; its problems are named by path alone. */
export function scenarioFromDocument(document: JsonObject, systems: readonly System[]): Scenario {
  const result = checkDocument(document, systems, 'command-line')
  if ('scenario' in result) return result.scenario
  const nowhere = { file: commandLine, line: 0, column: 0, excerpt: '', length: 0 }
  throw createScenarioError(
    'The command line',
    result.problems.map((problem) => ({ ...problem, ...nowhere })),
  )
}

function createScenarioError(subject: string, problems: readonly LocatedProblem[]): McsimError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  return new McsimError({ code: 'invalid-scenario', message: `${subject} has ${count}.`, problems })
}

/** `scenarios/gateway.yaml` is `gateway`. */
const nameAfter = (file: string) => file.replace(/^.*[/\\]/, '').replace(/\.ya?ml$/, '')
