import type { Json } from '../core/json.ts'
import type { TargetDeclaration } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { targetSchema } from './document.ts'
import { findSystem, readField } from './find-system.ts'
import { parseReporting, type ReportProblem, reportWithin } from './report-problem.ts'

/** A valid target. `settings` are parsed; undefined for a foreign server. */
export interface CheckedTarget {
  readonly declaration: TargetDeclaration
  readonly settings: unknown
}

/** The target that a raw entry of `targets` describes, or undefined after its problems were reported. */
export function checkTarget(
  name: string,
  raw: unknown,
  systems: readonly System[],
  report: ReportProblem,
): CheckedTarget | undefined {
  let sound = true
  const reportHere: ReportProblem = (problem) => {
    sound = false
    report(problem)
  }
  const target = parseReporting(targetSchema, raw, reportHere)
  const system = findSystem(raw, systems, reportHere)
  const url = readField(raw, 'url')
  const defects = listDefects(readField(raw, 'defect'))
  const isForeign = url !== undefined
  checkFitting(raw, isForeign, reportHere)
  if (system && typeof url === 'string') checkUrl(url, system, reportHere)
  if (system) for (const { name, path } of defects) checkDefect(name, path, system, reportHere)
  const rawSettings = readField(raw, 'settings') ?? {}
  const settings =
    system && !isForeign
      ? parseReporting(system.settings, rawSettings, reportWithin(reportHere, 'settings'))
      : undefined
  if (!sound || !target) return undefined
  const { defectRate = 1, defect: _, ...rest } = target
  const planted = { defects: [...new Set(defects.map((each) => each.name))], defectRate }
  return { declaration: { ...rest, ...planted, name, settings: rawSettings as Json }, settings }
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

/** Where a URL of these names no port, everybody knows which is meant. */
const withUsualPort: ReadonlySet<string> = new Set(['http:', 'https:', 'ws:', 'wss:'])

function checkUrl(url: string, system: System, report: ReportProblem): void {
  const protocols = system.urlProtocols
  const example = `${protocols[0]}//127.0.0.1:9000`
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || parsed.hostname === '') {
    report({ path: ['url'], message: `expected a URL such as ${example}, got "${url}"` })
  } else if (!protocols.includes(parsed.protocol)) {
    const message = `expected a URL that begins with ${protocols.join(' or ')}, got "${parsed.protocol}"`
    report({ path: ['url'], message, hint: `clients of system "${system.name}" speak to ${example}` })
  } else if (parsed.port === '' && !withUsualPort.has(parsed.protocol)) {
    report({ path: ['url'], message: `expected a URL with a port, such as ${example}, got "${url}"` })
  }
}

interface NamedDefect {
  readonly name: string
  readonly path: readonly (string | number)[]
}

/** One name, or several as a list. What is neither is reported by the schema. */
function listDefects(raw: unknown): NamedDefect[] {
  if (typeof raw === 'string') return [{ name: raw, path: ['defect'] }]
  if (!Array.isArray(raw)) return []
  return raw.flatMap((name, index) => (typeof name === 'string' ? [{ name, path: ['defect', index] }] : []))
}

function checkDefect(defect: string, path: NamedDefect['path'], system: System, report: ReportProblem): void {
  const accepted = system.defects.map(({ name }) => name)
  if (accepted.includes(defect)) return
  const message = `the reference server of "${system.name}" has no defect "${defect}"`
  report({ path, message, accepted, hint: `known: ${accepted.join(', ') || 'none'}` })
}
