import { dirname, join } from 'node:path/posix'
import { findCycles } from './find-cycles.ts'
import { layers, libraryHomes, maxLines, outsideMembers, pureHomes, systemParts } from './layers.ts'
import { type Import, type ModuleFacts, readModule } from './read-imports.ts'

/** Sources by path, such as `src/core/plan.ts`. */
export type Tree = ReadonlyMap<string, string>

/** Everything in the tree that breaks a rule, as `path:line what, why`. */
export function checkTree(tree: Tree): readonly string[] {
  if (tree.size === 0) return ['the tree is empty: nothing was checked']
  const modules = new Map([...tree].map(([path, source]) => [path, readModule(source)]))
  return [
    ...[...tree].flatMap(([path, source]) => checkLength(path, source)),
    ...[...modules].flatMap(([path, facts]) => checkModule(path, facts, tree)),
    ...findCycles(listEdges(modules)).map((cycle) => `${cycle[0]} is in a cycle: ${cycle.join(' → ')}`),
  ]
}

function checkLength(path: string, source: string): string[] {
  // A list of tests is read by its names, not as a whole.
  if (isTest(path)) return []
  const lines = source.trimEnd().split('\n').length
  return lines > maxLines ? [`${path}:${maxLines} has ${lines} lines, at most ${maxLines}`] : []
}

function checkModule(path: string, facts: ModuleFacts, tree: Tree): string[] {
  const defaults = facts.defaultExports.map((line) => `${path}:${line} has a default export`)
  // Tests may reach for whatever shows that the code is right.
  if (isTest(path) || !path.startsWith('src/')) return defaults
  const computed = facts.computedImports.map((line) => `${path}:${line} imports what only shows at run time`)
  const imports = facts.imports.flatMap((found) => {
    const reason = refuseImport(path, found, tree)
    return reason === undefined ? [] : [`${path}:${found.line} imports ${found.specifier}: ${reason}`]
  })
  const members = facts.processMembers
    .filter(({ member }) => outsideMembers.includes(member) && !path.startsWith('src/cli/'))
    .map(({ member, line }) => `${path}:${line} uses process.${member}, which is for cli/ alone`)
  return [...defaults, ...computed, ...imports, ...members]
}

const isTest = (path: string) => /\.(test|contract)\.tsx?$/.test(path)

/** Why a module may not import this, or undefined. */
function refuseImport(path: string, found: Import, tree: Tree): string | undefined {
  if (found.specifier.startsWith('node:')) return refuseBuiltin(path, found.specifier)
  if (!found.specifier.startsWith('.')) return refuseLibrary(path, found.specifier)
  const target = resolveImport(path, found.specifier)
  if (target === 'package.json') return undefined
  if (isTest(target)) return 'a test is for vitest alone'
  if (!tree.has(target)) return 'there is no such module'
  return refuseLayer(path, target) ?? refuseSibling(path, target, found.typeOnly)
}

function refuseBuiltin(path: string, specifier: string): string | undefined {
  if (specifier === 'node:process') return 'the process is for cli/ alone, where it is a global'
  const home = pureHomes.find(({ prefix }) => prefix.test(path))
  return !home || home.allowed.includes(specifier) ? undefined : 'this part is pure'
}

function refuseLibrary(path: string, specifier: string): string | undefined {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  const homes = libraryHomes[name]
  if (!homes) return 'it has no home folder'
  return homes.some((home) => path.startsWith(home)) ? undefined : `its home is ${homes.join(', ')}`
}

/** The compiled spelling `.js` means the same module as `.ts`. */
function resolveImport(path: string, specifier: string): string {
  return join(dirname(path), specifier).replace(/\.js$/, '.ts')
}

function refuseLayer(path: string, target: string): string | undefined {
  const [from, to] = [layerOf(path), layerOf(target)]
  const allowed = layers[from]
  if (!allowed) return `layer ${from} has no row in the table`
  const part = from === 'systems' ? systemParts[partOf(path)] : undefined
  if (from !== to && !allowed.includes(to) && !part?.layers?.includes(to)) return `${from} may not import ${to}`
  if (to === 'systems' && from === 'cli' && !isIndex(target)) return 'of the systems, cli may import an index alone'
  return undefined
}

/** Rules within `src/systems/`: no system knows another, and judge and judged share nothing but bytes. */
function refuseSibling(path: string, target: string, typeOnly: boolean): string | undefined {
  if (layerOf(path) !== 'systems' || layerOf(target) !== 'systems') return undefined
  if (path === 'src/systems/index.ts') return isIndex(target) ? undefined : 'the list imports an index alone'
  if (systemOf(path) !== systemOf(target)) return 'no system knows another'
  const [from, to] = [partOf(path), partOf(target)]
  const part = systemParts[from]
  if (!part) return `part ${from} has no row in the table`
  if (from === to || part.siblings.includes(to)) return undefined
  if (part.siblingTypes?.includes(to)) return typeOnly ? undefined : `${from} may import only types of ${to}`
  return `${from} may not import ${to}`
}

const layerOf = (path: string) => path.split('/')[1] ?? ''
const systemOf = (path: string) => path.split('/')[2] ?? ''
const partOf = (path: string) => (path.split('/')[3] ?? '').replace(/\.ts$/, '')
const isIndex = (path: string) => /^src\/systems\/([^/]+\/)?index\.ts$/.test(path)

function listEdges(modules: ReadonlyMap<string, ModuleFacts>): ReadonlyMap<string, readonly string[]> {
  const targets = (path: string, { imports }: ModuleFacts) =>
    imports.filter(({ specifier }) => specifier.startsWith('.')).map(({ specifier }) => resolveImport(path, specifier))
  return new Map([...modules].map(([path, facts]) => [path, targets(path, facts).filter((to) => modules.has(to))]))
}
