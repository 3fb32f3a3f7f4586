import type { Json } from '../core/json.ts'
import type { TargetDeclaration } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { targetName, targetSchema } from './document.ts'
import { findSystem, readField } from './find-system.ts'
import { parseReporting, type ReportProblem, reportWithin } from './report-problem.ts'

/** A valid target. `settings` are parsed; undefined for a foreign server. */
export interface CheckedTarget {
  readonly declaration: TargetDeclaration
  readonly settings: unknown
}

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
    const name = named === reference && !this.#targets.has(named) ? `${reference}-${system.name}` : named
    this.#used.add(name)
    if (!this.#targets.has(name)) {
      if (named === reference) this.#targets.set(name, checkTarget(name, { system: system.name }, [system], report))
      else if (named.includes('://')) this.#targets.set(name, checkForeign(name, system, report))
      else {
        const accepted = [...this.#declared, reference]
        const hint = `known: ${accepted.join(', ')}, or a URL (${system.urlProtocols.join(', ')})`
        report({ path: [], message: `there is no target "${named}"`, accepted, hint })
        return undefined
      }
    }
    const target = this.#targets.get(name)
    if (!target || target.declaration.system === system.name) return target
    const message = `target "${named}" is of system "${target.declaration.system}", but the group is of "${system.name}"`
    report({ path: [], message, hint: 'give the group a target of its own system' })
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

function checkForeign(url: string, system: System, report: ReportProblem): CheckedTarget | undefined {
  const reportUrl: ReportProblem = (problem) => report({ ...problem, path: [] })
  return checkTarget(url, { system: system.name, url }, [system], reportUrl)
}

function checkTarget(name: string, raw: unknown, systems: readonly System[], report: ReportProblem) {
  let sound = true
  const reportHere: ReportProblem = (problem) => {
    sound = false
    report(problem)
  }
  const target = parseReporting(targetSchema, raw, reportHere)
  const system = findSystem(raw, systems, reportHere)
  const url = readField(raw, 'url')
  const defect = readField(raw, 'defect')
  const isForeign = url !== undefined
  checkFitting(raw, isForeign, reportHere)
  if (system && typeof url === 'string') checkUrl(url, system, reportHere)
  if (system && typeof defect === 'string') checkDefect(defect, system, reportHere)
  const rawSettings = readField(raw, 'settings') ?? {}
  const settings =
    system && !isForeign
      ? parseReporting(system.settings, rawSettings, reportWithin(reportHere, 'settings'))
      : undefined
  if (!sound || !target) return undefined
  const { defectRate = 1, ...rest } = target
  return { declaration: { ...rest, name, settings: rawSettings as Json, defectRate }, settings }
}

const foreignOnly = ['statusUrl', 'resultsDir'] as const
const referenceOnly = ['settings', 'defect', 'defectRate'] as const

function checkFitting(raw: unknown, isForeign: boolean, report: ReportProblem): void {
  for (const key of isForeign ? referenceOnly : foreignOnly) {
    if (readField(raw, key) === undefined) continue
    const message = isForeign
      ? `"${key}" is for reference servers, but this target has a url: mcsim does not start it`
      : `"${key}" is for targets with a url; a reference server tells its own`
    report({ path: [key], message, hint: isForeign ? `remove "url" or "${key}"` : `remove "${key}", or add "url"` })
  }
  if (readField(raw, 'defectRate') !== undefined && readField(raw, 'defect') === undefined && !isForeign) {
    report({ path: ['defectRate'], message: 'a rate of no defect', hint: 'name the defect: "defect: …"' })
  }
}

function checkUrl(url: string, system: System, report: ReportProblem): void {
  const protocols = system.urlProtocols
  const example = `${protocols[0]}//127.0.0.1:9000`
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || parsed.hostname === '') {
    report({ path: ['url'], message: `expected a URL such as ${example}, got "${url}"` })
  } else if (!protocols.includes(parsed.protocol)) {
    const message = `expected a URL that begins with ${protocols.join(' or ')}, got "${parsed.protocol}"`
    report({ path: ['url'], message, hint: `clients of system "${system.name}" speak to ${example}` })
  }
}

function checkDefect(defect: string, system: System, report: ReportProblem): void {
  const accepted = system.defects.map(({ name }) => name)
  if (accepted.includes(defect)) return
  const message = `the reference server of "${system.name}" has no defect "${defect}"`
  report({ path: ['defect'], message, accepted, hint: `known: ${accepted.join(', ')}` })
}
