import type { TargetDeclaration } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { type CheckedTarget, checkTarget } from './check-target.ts'
import { targetName } from './document.ts'
import { parseReporting, type ReportProblem, reportWithin } from './report-problem.ts'

/** What a group writes for the one reference server that all such groups of a system share. */
const reference = 'reference'

/** The targets that groups may name: the declared ones, and those that a group makes by naming a URL or `reference`. */
export class TargetBook {
  /** Undefined: declared, but wrong. Its groups are not told so again. */
  readonly #targets = new Map<string, CheckedTarget | undefined>()
  readonly #declared: readonly string[]
  readonly #used = new Set<string>()

  constructor(raw: Readonly<Record<string, unknown>>, systems: readonly System[], report: ReportProblem) {
    this.#declared = Object.keys(raw)
    for (const [name, entry] of Object.entries(raw)) {
      const reportHere = reportWithin(report, name)
      if (name.startsWith(reference)) {
        const message = `the name "${name}" is kept for the reference servers that groups start by "target: reference"`
        reportHere({ path: [], message, hint: `choose a name that does not begin with "${reference}"` })
      }
      parseReporting(targetName, name, reportHere)
      this.#targets.set(name, checkTarget(name, entry, systems, reportHere))
    }
  }

  /** The target that a group names, or undefined after a problem was reported. */
  resolve(named: string, system: System, report: ReportProblem): CheckedTarget | undefined {
    const name = named === reference ? `${reference}-${system.name}` : named
    this.#used.add(named).add(name)
    if (!this.#targets.has(name)) {
      const entry = describeMadeTarget(named, system)
      if (!entry) return this.#reportUnknown(named, system, report)
      // Whatever is wrong with it is wrong with the one word that the group has written.
      const reportHere: ReportProblem = (problem) => report({ ...problem, path: [] })
      this.#targets.set(name, checkTarget(name, entry, [system], reportHere))
    }
    const target = this.#targets.get(name)
    if (!target || target.declaration.system === system.name) return target
    const message = `target "${named}" is of system "${target.declaration.system}", but the group is of "${system.name}"`
    report({ path: [], message, hint: 'give the group a target of its own system' })
    return undefined
  }

  #reportUnknown(named: string, system: System, report: ReportProblem): undefined {
    const accepted = [...this.#declared, reference]
    const hint = `known: ${accepted.join(', ')}, or a URL (${system.urlProtocols.join(', ')})`
    report({ path: [], message: `there is no target "${named}"`, accepted, hint })
  }

  /** A target that some group uses, by name or as `reference` where there is one such. Undefined after a problem. */
  find(named: string, report: ReportProblem): TargetDeclaration | undefined {
    const names = [...this.#targets.keys()]
    const made = names.filter((name) => name.startsWith(`${reference}-`))
    const name = named === reference && made.length === 1 ? (made[0] as string) : named
    if (names.includes(name)) return this.#targets.get(name)?.declaration
    report({
      path: [],
      message: `no group uses a target "${named}"`,
      accepted: names,
      hint: `known: ${names.join(', ')}`,
    })
    return undefined
  }

  /** All valid targets. A declared one that no group uses is reported: a server would start for nothing. */
  list(report: ReportProblem): readonly TargetDeclaration[] {
    for (const name of this.#declared) {
      if (this.#used.has(name)) continue
      report({ path: [name], message: 'no group uses this target', hint: `remove it, or name it: "target: ${name}"` })
    }
    return [...this.#targets.values()].flatMap((target) => (target ? [target.declaration] : []))
  }
}

/** The declaration that a group's own word stands for, where it is no name of a declared target. */
function describeMadeTarget(named: string, system: System): { system: string; url?: string } | undefined {
  if (named === reference) return { system: system.name }
  return named.includes('://') ? { system: system.name, url: named } : undefined
}
