import type { Pressure, PressureAddress, TargetDeclaration } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { pressureSchema } from './document.ts'
import { readField } from './find-system.ts'
import { parseReporting, type ReportProblem, reportWithin } from './report-problem.ts'
import type { TargetBook } from './target-book.ts'

/** The load that a raw entry of `pressure` describes, or undefined after its problems were reported. */
export function checkPressure(
  raw: unknown,
  systems: readonly System[],
  targets: TargetBook,
  report: ReportProblem,
): Pressure | undefined {
  const shape = parseReporting(pressureSchema, raw, report)
  const named = readField(raw, 'target')
  const declaration = typeof named === 'string' ? targets.find(named, reportWithin(report, 'target')) : undefined
  if (!shape) return undefined
  const { url, target, endpoint, path, ...load } = shape
  if (declaration && url === undefined) checkEndpoint(declaration, endpoint, systems, report)
  const at = checkAddress({ url, target: declaration?.name ?? target, endpoint, path }, report)
  return at && { ...load, at }
}

interface AddressShape {
  readonly url: string | undefined
  readonly target: string | undefined
  readonly endpoint: 'service' | 'status' | undefined
  readonly path: string | undefined
}

function checkAddress(shape: AddressShape, report: ReportProblem): PressureAddress | undefined {
  const { url, target, endpoint, path } = shape
  if (url === undefined) {
    if (target !== undefined && path !== undefined) return { target, endpoint: endpoint ?? 'service', path }
    const [key, what] =
      target === undefined ? ['url', 'a url, or a "target" and a "path"'] : ['path', 'a path such as /stats']
    report({ path: [key], message: `is missing: expected ${what}` })
    return undefined
  }
  for (const [key, value] of Object.entries({ target, endpoint, path })) {
    if (value === undefined) continue
    report({
      path: [key],
      message: `"${key}" is for load on a target, but this has a url`,
      hint: `remove "url" or "${key}"`,
    })
  }
  return { url }
}

/** Load can only go where HTTP is spoken. */
function checkEndpoint(
  { name, system, url, statusUrl }: TargetDeclaration,
  endpoint: AddressShape['endpoint'],
  systems: readonly System[],
  report: ReportProblem,
): void {
  if (endpoint === 'status') {
    if (url === undefined || statusUrl !== undefined) return
    report({ path: ['endpoint'], message: `target "${name}" has no statusUrl`, hint: 'add it to the target' })
    return
  }
  const spoken =
    url === undefined ? systems.find((known) => known.name === system)?.urlProtocols : [new URL(url).protocol]
  if (spoken?.some((protocol) => /^https?:$/.test(protocol))) return
  const message = `target "${name}" does not speak HTTP but ${spoken?.join(', ')}`
  report({ path: ['target'], message, hint: 'add "endpoint: status" for its status server, or give a "url" instead' })
}
